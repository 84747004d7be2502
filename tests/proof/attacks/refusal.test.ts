import { expect } from "chai";
import { refusalOf } from "../../../proof/attacks/refusal";

/** As Kubernetes 1.36.3 words them; tests on a real server hold these texts against what it says. */
function refused(status: number, message: string) {
  const { layer, names } = refusalOf({ status, body: { kind: "Status", message }, warnings: [] });
  return { layer, names };
}

describe("the wording of refusals", () => {
  it("tells a missing right", () => {
    const message =
      'pods is forbidden: User "m" cannot create resource "pods" in API group "" in the namespace "globex"';
    expect(refused(403, message)).to.deep.equal({ layer: "rbac", names: [] });
  });

  it("tells that the prover, not the tenant, lacks a right", () => {
    const message =
      'users "m" is forbidden: User "ci" cannot impersonate resource "users" in API group "" at the cluster scope';
    expect(refused(403, message)).to.deep.equal({ layer: "unknown", names: [] });
  });

  it("tells RBAC's rule that nobody hands out what he does not hold", () => {
    const message =
      'roles.rbac.authorization.k8s.io "x" is forbidden: user "m" (groups=["a"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes/proxy"], Verbs:["create"]}';
    expect(refused(403, message).layer).to.equal("escalation");
  });

  it("tells Pod Security, with the checks that failed", () => {
    const message =
      'pods "p" is forbidden: violates PodSecurity "restricted:v1.36": host namespaces (hostNetwork=true)';
    expect(refused(403, message)).to.deep.equal({
      layer: "pod-security",
      names: ["host namespaces (hostNetwork=true)"],
    });
  });

  it("tells a guardrail by its rule", () => {
    const message =
      "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'bulkhead-placement-pods-06c66751' with binding 'bulkhead-placement-pods' denied request: [placement-tolerations] a toleration opens other nodes";
    expect(refused(403, message)).to.deep.equal({ layer: "admission", names: ["placement-tolerations"] });
  });

  it("tells somebody else's policy by its name, since it has no rule of ours", () => {
    const message =
      "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'theirs' with binding 'theirs' denied request: failed expression: false";
    expect(refused(403, message)).to.deep.equal({ layer: "admission", names: ["theirs"] });
  });

  it("does not mistake a broken expression for a rule", () => {
    const message =
      "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'x' with binding 'x' denied request: expression 'a.b' resulted in error: no such key: b";
    expect(refused(403, message)).to.deep.equal({ layer: "admission-error", names: ["x"] });
  });

  it("does not mistake a rule that speaks of budgets for an exhausted one", () => {
    const message =
      "poddisruptionbudgets.policy \"p\" is forbidden: ValidatingAdmissionPolicy 'x' with binding 'x' denied request: [disruption-room] the budget may keep a node from ever being replaced";
    expect(refused(403, message)).to.deep.equal({ layer: "admission", names: ["disruption-room"] });
  });

  it("does not believe a policy whose refusal is no refusal", () => {
    const message =
      "pods \"p\" is invalid: ValidatingAdmissionPolicy 'x' with binding 'x' denied request: [some-rule] no";
    expect(refused(422, message).layer).to.not.equal("admission");
  });

  it("tells a quota, with all that is exceeded of it", () => {
    const message =
      'pods "p" is forbidden: exceeded quota: bulkhead-budget, requested: limits.cpu=5,requests.cpu=5, used: limits.cpu=1,requests.cpu=1, limited: limits.cpu=4,requests.cpu=4';
    expect(refused(403, message)).to.deep.equal({
      layer: "quota",
      names: ["bulkhead-budget: limits.cpu", "bulkhead-budget: requests.cpu"],
    });
  });

  it("tells a quota that wants to be told", () => {
    const message =
      'pods "p" is forbidden: failed quota: bulkhead-budget: must specify limits.cpu for: app; limits.memory for: app';
    expect(refused(403, message)).to.deep.equal({
      layer: "quota",
      names: ["bulkhead-budget: limits.cpu", "bulkhead-budget: limits.memory"],
    });
  });

  it("tells limits, each resource once for containers and pods", () => {
    const message =
      'pods "p" is forbidden: [maximum cpu usage per Container is 4, but limit is 5, maximum memory usage per Pod is 8Gi, but limit is 9Gi]';
    expect(refused(403, message)).to.deep.equal({ layer: "limits", names: ["cpu", "memory"] });
  });

  it("tells a runtime class that disagrees, is missing or costs more", () => {
    const conflict =
      'pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[bulkhead.dev/tenant] = globex; pod.spec.nodeSelector[bulkhead.dev/tenant] = initech';
    const missing = 'pods "p" is forbidden: pod rejected: RuntimeClass "nope" not found';
    const overhead =
      'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
    for (const message of [conflict, missing, overhead]) {
      expect(refused(403, message)).to.deep.equal({ layer: "runtime-class", names: [message] });
    }
  });

  it("tells the stamp of priorities", () => {
    const message =
      'pods "p" is forbidden: the integer value of priority (100) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name';
    expect(refused(403, message).layer).to.equal("priority");
  });

  it("tells what keeps nodes to themselves", () => {
    const unrelated =
      'secrets "x" is forbidden: User "system:node:globex-0" cannot get resource "secrets" in API group "" in the namespace "acme": no relationship found between node \'globex-0\' and this object';
    expect(refused(403, unrelated).layer).to.equal("node-authorizer");
    for (const message of [
      'nodes "initech-0" is forbidden: node "globex-0" is not allowed to modify node "initech-0"',
      'nodes "globex-0" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/x',
      'nodes "globex-0" is forbidden: node "globex-0" is not allowed to modify taints',
      'pods "p" is forbidden: node "globex-0" can only create pods with spec.nodeName set to itself',
    ]) {
      expect(refused(403, message)).to.deep.equal({ layer: "node-restriction", names: [message] });
    }
  });

  it("tells a request that is wrong in itself", () => {
    expect(refused(422, 'Pod "p" is invalid: spec.containers: Required value').layer).to.equal("schema");
  });

  it("believes nobody it does not know", () => {
    expect(refused(403, "admission webhook said no").layer).to.equal("unknown");
    expect(refused(409, 'pods "p" already exists').layer).to.equal("unknown");
    expect(refused(500, "etcdserver: request timed out").layer).to.equal("unknown");
  });
});
