import { expect } from "chai";
import { guards } from "../../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../../components/guardrails/identities";
import { threatOf, wallsOf } from "../../../proof/attacks/attack";
import { BEYOND } from "../../../proof/attacks/beyond";
import { attacksOn, CATALOGUE, trialsOn } from "../../../proof/attacks/catalogue";
import { templateCoverage } from "../../../proof/attacks/coverage";
import type { Trial } from "../../../proof/attacks/paths";
import { sweeps } from "../../../proof/attacks/sweeps";
import { CLAIMS } from "../../../proof/claims";
import type { ServedKind } from "../../../proof/live/served";
import { provenPlan } from "../estate";
import { sceneOf, scenesNamed } from "./scene";

const written = Object.values(CATALOGUE).flat();
const TENANTS = ["acme", "globex", "hooli", "initech", "umbrella"];

const kind = (resource: string, more: Partial<ServedKind> = {}): ServedKind => ({
  group: "",
  version: "v1",
  resource,
  subresource: undefined,
  kind: resource,
  namespaced: true,
  verbs: ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
  ...more,
});

describe("the catalogue", () => {
  it("has every threat of the model: tried, or listed with the reason why not", () => {
    const known = new Set([...written.map(threatOf), "T51", "T52", "T53", ...BEYOND.map(({ id }) => id)]);
    const all = Array.from({ length: 135 }, (_, index) => `T${String(index + 1).padStart(2, "0")}`);
    expect(all.filter((threat) => !known.has(threat))).to.deep.equal([]);
  });

  it("has every attempt of the tenancy checklists under their names", () => {
    const known = new Set([
      ...written.flatMap(({ alias }) => alias ?? []),
      ...BEYOND.map(({ id }) => id),
      "X-CN-1",
      "X-XT-1",
    ]);
    const all =
      "X-NS-1 X-NS-2 X-RB-1 X-RB-2 X-RB-3 X-RB-4 X-MG-1 X-PL-1 X-PL-2 X-PL-3 X-PL-4 X-RC-1 X-PS-1 X-SV-1 X-IN-1 X-ST-1 X-PC-1 X-IM-1 X-QT-1 X-LR-1 X-NP-1 X-NP-2 X-CN-1 X-XT-1 X-PO-1 X-EX-1";
    expect(all.split(" ").filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("gives no two attacks the same name", () => {
    const names = attacksOn(sceneOf("acme", { served: [kind("pods"), kind("nodes", { namespaced: false })] })).map(
      ({ id }) => id,
    );
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([]);
  });

  it("says of nothing both that it is tried and that it cannot be", () => {
    const tried = new Set(written.map(threatOf));
    expect(BEYOND.filter(({ id }) => tried.has(id))).to.deep.equal([]);
  });

  it("names only rules that there are, and has an attack for every rule", () => {
    const rules = new Set(guards(NO_EXEMPTIONS).flatMap((guard) => guard.rules.map(({ id }) => id)));
    const scenes = TENANTS.map((tenant) => sceneOf(tenant));
    const named = new Set(
      scenes
        .flatMap((scene) => written.flatMap((attack) => wallsOf(attack, scene)))
        .flatMap(({ layer, names = [] }) => (layer === "admission" ? names : [])),
    );
    expect([...named].filter((rule) => !rules.has(rule))).to.deep.equal([]);
    expect([...rules].filter((rule) => !named.has(rule))).to.deep.equal([]);
  });

  it("supports a claim with every attack, and every claim with attacks or with what no request can show", () => {
    const tried = new Set([...written.map(threatOf), "T51", "T52", "T53"]);
    const claimed = new Set(CLAIMS.flatMap(({ threats }) => threats));
    expect([...tried].filter((threat) => !claimed.has(threat))).to.deep.equal([]);
    const beyond = new Set(BEYOND.map(({ id }) => id));
    expect([...claimed].filter((threat) => !tried.has(threat) && !beyond.has(threat))).to.deep.equal([]);
  });

  it("never sends what could change something, unless the server is asked to change nothing", () => {
    const scene = sceneOf("acme");
    const changing = written
      .flatMap(({ id, attack, control }) => [attack, control].map((step) => ({ id, request: step(scene) })))
      .filter(({ request }) => request.dryRun === "none" && request.method !== "GET");
    // Questions, tokens of ten minutes that nobody keeps, and streams to a pod that runs nowhere.
    const harmless = /selfsubjectaccessreviews|localsubjectaccessreviews|\/token$|\/(exec|attach|portforward)$/;
    expect(changing.filter(({ request }) => !harmless.test(request.path)).map(({ id }) => id)).to.deep.equal([]);
  });
});

describe("the policies", () => {
  it("have no parameters that a tenant could tamper with or shadow, being in no namespace (T121)", () => {
    const { policies, bindings } = provenPlan().guardrails;
    expect(policies.length).to.be.greaterThan(15);
    const kinds = policies.flatMap(({ spec }) => spec?.paramKind?.kind ?? []);
    expect(kinds.filter((kind) => !["Namespace", "Node"].includes(kind))).to.deep.equal([]);
    expect(bindings.filter(({ spec }) => spec?.paramRef?.namespace !== undefined)).to.deep.equal([]);
  });
});

describe("paths", () => {
  const pathsOf = (id: string, tenant = "acme") =>
    trialsOn(sceneOf(tenant), templateCoverage(), "whole")
      .filter(({ attack }) => attack.id === id)
      .map(({ path }) => path);

  it("leads a pod in directly, by every controller, and in every template that a rule reads", () => {
    expect(pathsOf("T06")).to.have.members([
      "direct",
      "made by the replicaset-controller",
      "made by the statefulset-controller",
      "made by the daemon-set-controller",
      "made by the job-controller",
      "made by the replication-controller",
      "in a Deployment",
      "in a ReplicaSet",
      "in a StatefulSet",
      "in a DaemonSet",
      "in a Job",
      "in a CronJob",
      "by a patch of a Deployment",
      "by a patch of a ReplicaSet",
      "by a patch of a StatefulSet",
      "by a patch of a DaemonSet",
      "by a patch of a Job",
      "by a patch of a CronJob",
      "by a patch of a Pod",
    ]);
  });

  it("leaves out templates where nobody reads them, since the pod is a trial of its own", () => {
    expect(pathsOf("T25")).to.deep.equal([
      "direct",
      "made by the replicaset-controller",
      "made by the statefulset-controller",
      "made by the daemon-set-controller",
      "made by the job-controller",
      "made by the replication-controller",
      "as a debug container",
    ]);
  });

  it("leads an image into a pod that exists, as another of a container and as one more", () => {
    expect(pathsOf("T48")).to.include.members(["by a patch of a Pod", "as a debug container"]);
  });

  it("changes of a Job that waits only what the API lets anybody change", () => {
    expect(pathsOf("T07")).to.include("by a patch of a Job");
    expect(pathsOf("T48")).to.not.include("by a patch of a Job");
  });

  it("leads in by kinds that the role does not grant, for somebody who may do anything", () => {
    const anything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
    const scene = sceneOf("acme");
    const widened = { ...scene, who: { user: "anybody", groups: [], profile: "admin" as const, rules: anything } };
    const attacks = trialsOn(widened, templateCoverage(), "whole").filter(({ attack }) => attack.id === "T07");
    expect(attacks.map(({ path }) => path)).to.include.members([
      "in a ReplicationController",
      "by a patch of a ReplicationController",
    ]);
  });

  it("leads one attack for each rule in by all ways, and the others directly, where that is enough", () => {
    const scene = sceneOf("acme");
    const some = trialsOn(scene, templateCoverage(), "representative");
    const whole = trialsOn(scene, templateCoverage(), "whole").filter(({ attack }) => !attack.unless?.(scene));
    const ways = (trials: readonly Trial[]) =>
      trials.flatMap(({ path, walls: [wall] }) => (wall?.names ?? []).map((name) => `${wall?.layer} ${name} ${path}`));
    const rules = (trials: readonly Trial[]) => ways(trials).filter((way) => /^(admission|mutation)|direct$/.test(way));
    expect(new Set(rules(whole))).to.satisfy((all: Set<string>) => [...all].every((way) => ways(some).includes(way)));
    expect(some.filter(({ path }) => path === "in a CronJob").length).to.be.lessThan(25);
    expect(some.filter(({ path }) => path === "made by the job-controller").length).to.be.lessThan(40);
  });

  it("leads everything that is no pod in directly", () => {
    expect(pathsOf("T83")).to.deep.equal(["direct"]);
  });
});

describe("sweeps", () => {
  const served = [
    kind("nodes", { namespaced: false }),
    kind("nodes", { namespaced: false, subresource: "proxy", verbs: ["get", "create"] }),
    kind("selfsubjectaccessreviews", { namespaced: false, group: "authorization.k8s.io", verbs: ["create"] }),
    kind("pods"),
    kind("pods", { subresource: "exec", verbs: ["get", "create"] }),
    kind("widgets", { group: "example.com", version: "v1beta1" }),
  ];
  const ids = sweeps(sceneOf("acme", { served })).map(({ id }) => id);

  it("tries eight verbs on a kind without a namespace, and the verbs there are on its subresources", () => {
    expect(ids.filter((id) => id.startsWith("T51"))).to.have.members([
      ...["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"].map(
        (verb) => `T51-${verb}-nodes`,
      ),
      "T51-get-nodes/proxy",
      "T51-create-nodes/proxy",
    ]);
  });

  it("tries kinds that nobody has heard of in a neighbour's namespace and in all at once", () => {
    expect(ids.filter((id) => id.startsWith("T52") && id.includes("widgets"))).to.have.members([
      ...["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"].map(
        (verb) => `T52-${verb}-widgets.example.com`,
      ),
      "T52-list-widgets.example.com-everywhere",
      "T52-watch-widgets.example.com-everywhere",
      "T52-deletecollection-widgets.example.com-everywhere",
    ]);
  });

  it("tries in the own namespace exactly what the role does not say", () => {
    expect(ids.filter((id) => id.startsWith("T53") && id.includes("pods"))).to.deep.equal([]);
    expect(ids.filter((id) => id.startsWith("T53"))).to.include("T53-create-widgets.example.com");
  });

  it("tries what is outside once for a tenant, whatever the number of its namespaces", () => {
    const [web, batch] = scenesNamed("umbrella", { served }).map((scene) => sweeps(scene).map(({ id }) => id));
    expect(web?.filter((id) => id.startsWith("T51"))).to.have.length(10);
    expect(batch?.filter((id) => !id.startsWith("T53"))).to.deep.equal([]);
  });

  it("reaches for nothing that there is, and for a neighbour's namespace only", () => {
    const scene = sceneOf("acme", { served });
    const paths = sweeps(scene).map(({ attack }) => attack(scene).path);
    expect(paths).to.include("/api/v1/nodes/isolation-proof-target/proxy");
    expect(paths).to.include("/api/v1/namespaces/globex/pods/isolation-proof-target/exec");
    expect(paths).to.include("/apis/example.com/v1beta1/namespaces/globex/widgets/isolation-proof-target");
  });
});
