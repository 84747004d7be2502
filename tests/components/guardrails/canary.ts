import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { planCanary } from "../../../components/guardrails/canary";
import { type GuardrailManifests, guardrailManifests } from "../../../components/guardrails/plan";
import { apply, applyAll, remove, until } from "../../support/apply";
import { create, send, verdict } from "./request";
import { configMap } from "./workloads";

const estate = { guardrails: { mode: "enforce" as const, platformNamespaces: ["platform"] }, tenants: [] };
const guardrails = guardrailManifests(estate, { mutatingPolicies: "v1" });

const NEW_PODS = { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] };

/** As a mistake in an identity makes it: the controller that makes everybody's pods may make none. */
const LOCKOUT: Pick<GuardrailManifests, "policies" | "bindings"> = {
  policies: [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "bulkhead-lockout-00000000" },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [NEW_PODS],
        },
        validations: [
          {
            expression: `request.userInfo.username != "system:serviceaccount:kube-system:replicaset-controller"`,
            reason: "Forbidden",
            message: "[lockout] not you",
          },
        ],
      },
    },
  ],
  bindings: [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: "bulkhead-lockout" },
      spec: { policyName: "bulkhead-lockout-00000000", validationActions: ["Deny"] },
    },
  ],
};

type Condition = { type: string; status: string; reason: string; message: string };
type Deployed = {
  metadata: { generation: number };
  status?: { observedGeneration?: number; updatedReplicas?: number; conditions?: Condition[] };
};

const PROBE = "/apis/apps/v1/namespaces/bulkhead-canary/deployments";
const CLUSTERWIDE = { user: "clusterwide@example.com" };
const CONTROLLER = { user: "system:serviceaccount:kube-system:replicaset-controller", groups: ["system:masters"] };

/** What a deployment sees once the last change has reached the controllers. */
async function statusOf(api: ClusterApi, name: string) {
  const { metadata, status } = await api.get<Deployed>(`${PROBE}/${name}`);
  const isCurrent = (status?.observedGeneration ?? 0) >= metadata.generation;
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type);
  return { updated: isCurrent ? status?.updatedReplicas : undefined, condition, isCurrent };
}

export function describeCanary(api: () => ClusterApi): void {
  describe("the canary", () => {
    const place = async (manifests: GuardrailManifests) => {
      const canary = planCanary(manifests, "1.36");
      await applyAll(api(), canary.bindings);
      await apply(api(), canary.namespace);
      await applyAll(api(), canary.guards);
      return canary;
    };

    it("is ready under the guardrails, once they have had time to bite", async () => {
      const { probes } = await place(guardrails);
      for (const manifest of probes) await apply(api(), manifest);
      await until("the clock has rung", async () => {
        const { condition, isCurrent } = await statusOf(api(), "settling");
        return isCurrent && condition("Progressing")?.reason === "ProgressDeadlineExceeded";
      });
      await until("the probe is ready", async () => (await statusOf(api(), "probe")).updated === 1);
    });

    it("is judged as a tenant is", async () => {
      const tolerant = { ...configMap(), metadata: { name: "bulkhead-mine" } };
      const answer = await send(api(), create("configmaps", tolerant, { as: CLUSTERWIDE }), "bulkhead-canary");
      expect(verdict(answer)).to.equal("refused by lock-objects");
    });

    it("never becomes ready under a policy that refuses a controller, which reaches nobody else", async () => {
      const policies = [...guardrails.policies, ...LOCKOUT.policies];
      await applyAll(api(), LOCKOUT.policies);
      const { probes } = await place({
        ...guardrails,
        policies,
        bindings: [...guardrails.bindings, ...LOCKOUT.bindings],
      });
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "app" }, spec: probes[0]?.spec?.template.spec };
      await until("the lockout bites", async () => {
        const answer = await send(api(), create("pods", pod, { as: CONTROLLER }), "bulkhead-canary");
        return verdict(answer) === "refused by lockout";
      });
      for (const manifest of probes) await apply(api(), manifest);
      await until("the controller is refused", async () => {
        const { condition, isCurrent } = await statusOf(api(), "probe");
        return isCurrent && condition("ReplicaFailure")?.status === "True";
      });
      const { updated, condition } = await statusOf(api(), "probe");
      expect(updated).to.equal(undefined);
      expect(condition("ReplicaFailure")?.message).to.include("[lockout] not you");
      expect(verdict(await send(api(), create("pods", pod, { as: CONTROLLER }), "default"))).to.equal("accepted");
    });

    it("is ready again without it", async () => {
      for (const { metadata, ...binding } of LOCKOUT.bindings) {
        await remove(api(), { ...binding, metadata: { name: metadata.name.replace("bulkhead-", "bulkhead-canary-") } });
      }
      const { probes } = await place(guardrails);
      for (const manifest of probes) await apply(api(), manifest);
      await until("the probe is ready", async () => (await statusOf(api(), "probe")).updated === 1);
    });
  });
}
