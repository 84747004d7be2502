import type { ClusterApi } from "../../../components/cluster/api";
import type { Manifest } from "../../../components/manifest";
import type { Plan } from "../../../components/plan";
import { type Scene, scenesOf } from "../../../proof/attacks/scene";
import type { Cluster } from "../../../proof/live/cluster";
import { readCluster } from "../../../proof/live/cluster";
import { registerNodes, type SimulatedNode } from "../../../tools/controlplane";
import { applyAll, applyPlan, until } from "../../support/apply";
import { applyGuardrails } from "../../support/guardrails";
import { ownNode } from "../../support/nodes";
import { planOf, SPECIAL_TENANTS, TENANTS } from "../estate";
import { CUSTOM_RESOURCES } from "./custom-resources";
import { type Gap, gapsOf } from "./gaps";
import { WILDCARD_GROUP, withMutants } from "./mutants";
import { type Mutant, type Mutation, mutantPlan, mutantsFor, mutationsOf, ofNamespace } from "./mutations";
import { lackOf, type Removal, removalsOf } from "./removals";
import { furnishStrays, type StrayMutant, strayMutants } from "./strays";

/** An estate with its guardrails on a real API server, and beside it a mutant for every guard that can be taken away. */
export interface Stage {
  readonly plan: Plan;
  readonly cluster: Cluster;
  readonly scenes: readonly Scene[];
  readonly mutations: readonly Mutation[];
  readonly removals: readonly Removal[];
  readonly gaps: readonly Gap[];
  readonly strays: readonly StrayMutant[];
  readonly mutants: ReadonlyMap<string, Mutant>;
  readonly mutantScenes: ReadonlyMap<string, Scene>;
}

const RBAC = "rbac.authorization.k8s.io";

const PRIORITY = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "important" },
  value: 1000,
};

const WILDCARD = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRole",
    metadata: { name: "proof-wildcard" },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "proof-wildcard" },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "proof-wildcard" },
    subjects: [{ kind: "Group", apiGroup: RBAC, name: WILDCARD_GROUP }],
  },
];

export async function setStage(api: ClusterApi, kubeconfig: string): Promise<Stage> {
  await registerNodes(kubeconfig, nodesOfEstate());
  await applyAll(api, [...CUSTOM_RESOURCES, PRIORITY]);
  const plan = planOf({ ...TENANTS, ...SPECIAL_TENANTS });
  // What custom resources are served, discovery says a moment later.
  await until("custom resources are served", async () => {
    const { served } = await readCluster(api);
    return CUSTOM_RESOURCES.every(({ metadata }) =>
      served.some(({ resource, group }) => `${resource}.${group}` === metadata.name),
    );
  });
  const cluster = { ...(await readCluster(api)), fillsIn: true };
  const scenes = scenesOf(plan, { cluster, run: "test" });
  const mutations = mutationsOf(scenes);
  const removals = removalsOf(scenes);
  const together = mutations.map(({ kind, removed }) => ({ kind, walls: ofNamespace(removed) }));
  const alone = removals.map((removal) => ({ kind: removal.kind, walls: lackOf(removal) }));
  const gaps = gapsOf(scenes);
  const mutants = mutantsFor([...together, ...alone, ...gaps.map(({ kind, lacks }) => ({ kind, walls: lacks }))]);
  const strays = strayMutants(plan, { cluster, run: "test" });
  const others = mutantPlan([...mutants.values()]);
  const guardrails = withMutants(plan.guardrails, [...mutants.values(), ...strays]);
  await applyGuardrails(api, guardrails);
  await applyPlan(api, plan);
  await applyPlan(api, others);
  await furnishStrays(api, strays);
  const found = scenesOf(others, { cluster, run: "test" });
  return {
    plan,
    cluster,
    scenes,
    mutations,
    removals,
    gaps,
    strays,
    mutants,
    mutantScenes: new Map(found.map((scene) => [scene.tenant.tenant.id, scene])),
  };
}

/** Somebody who may do anything: not there while the estate itself is proven, since it would be found. */
export async function letWildcardIn(api: ClusterApi): Promise<void> {
  await applyAll(api, WILDCARD as Manifest[]);
}

/** Shared nodes, and one for each tenant of the estate that has its own. */
export function nodesOfEstate(): SimulatedNode[] {
  const capacity = { cpu: "32", memory: "128Gi", pods: "110", "ephemeral-storage": "200Gi" };
  return [
    { name: "shared-0", capacity },
    { name: "shared-1", capacity },
    ownNode("globex", "globex-0", capacity),
    ownNode("initech", "initech-0", capacity),
  ];
}
