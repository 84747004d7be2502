import { expect } from "chai";
import type { Manifest } from "../../../components/manifest";
import { CATALOGUE } from "../../../proof/attacks/catalogue";
import { trialsOf } from "../../../proof/attacks/paths";
import { run } from "../../../proof/attacks/run";
import { type Scene, scenesOf } from "../../../proof/attacks/scene";
import { readCluster } from "../../../proof/live/cluster";
import { registerNodes } from "../../../tools/controlplane";
import { applyAll, applyPlan } from "../../support/apply";
import { useControlPlane } from "../../support/controlplane";
import { showNumber } from "../../support/numbers";
import { planOf, TENANTS } from "../estate";
import { BARE_SERVER } from "./bare";
import { ownPods, WILDCARD } from "./mutations";
import { letWildcardIn, nodesOfEstate } from "./stage";

const SETUP_MS = 300_000;
const PROOF_MS = 120_000;
const RBAC = "rbac.authorization.k8s.io";

/** What the Node authorizer would not give a node, RBAC gives it here. */
const NODES_MAY_ANYTHING = {
  apiVersion: `${RBAC}/v1`,
  kind: "ClusterRoleBinding",
  metadata: { name: "nodes-may-anything" },
  roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
  subjects: [{ kind: "Group", apiGroup: RBAC, name: "system:nodes" }],
} as Manifest;

/** Attacks that a plugin of the API server stops: its own mutation is a server without the plugin. */
describe("an API server without the plugins that stop attacks", () => {
  const cluster = useControlPlane(BARE_SERVER.flags);
  let scenes: readonly Scene[];

  before("set the stage", async function () {
    this.timeout(SETUP_MS);
    const { api, kubeconfig } = cluster();
    await registerNodes(kubeconfig, nodesOfEstate());
    const plan = planOf(TENANTS);
    await applyPlan(api, plan);
    await letWildcardIn(api);
    await applyAll(api, [NODES_MAY_ANYTHING]);
    scenes = scenesOf(plan, { cluster: await readCluster(api), run: "test" });
  });

  it("lets each of them through", async function () {
    this.timeout(PROOF_MS);
    const attacks = Object.values(CATALOGUE)
      .flat()
      .filter(({ id }) => BARE_SERVER.stops.includes(id));
    const trials = attacks.flatMap((attack) => {
      const scene = scenes.find((candidate) => attack.unless?.(candidate) === undefined);
      if (!scene) throw new Error(`no scene for ${attack.id}`);
      const [direct] = trialsOf(attack, { ...scene, who: WILDCARD }, () => false);
      return direct ? [{ ...direct, control: ownPods }] : [];
    });
    expect(trials.map(({ attack }) => attack.id)).to.have.members(BARE_SERVER.stops);
    const { results } = await run(cluster().api, trials);
    const stopped = results.filter(({ reason }) => !reason.startsWith("got through"));
    expect(stopped.map(({ attack, reason }) => `${attack}: ${reason}`)).to.deep.equal([]);
    showNumber(`plugins of the API server: ${results.length} of ${results.length} attacks let through without them`);
  });
});
