import type { Plan } from "../../../components/plan";
import { type Scene, scenesOf } from "../../../proof/attacks/scene";
import type { Cluster } from "../../../proof/live/cluster";
import { provenPlan } from "../estate";

/** A cluster of which nothing is known but its nodes. */
export const CLUSTER: Cluster = {
  served: [],
  nodes: [
    { name: "shared-0", tenant: undefined },
    { name: "globex-0", tenant: "globex" },
    { name: "initech-0", tenant: "initech" },
  ],
  higherPriorities: [],
  storageClasses: [],
  fillsIn: false,
};

/** The scenes in which a tenant attacks, one for each of its namespaces. */
export function scenesNamed(tenant: string, cluster: Partial<Cluster> = {}, plan: Plan = provenPlan()): Scene[] {
  const scenes = scenesOf(plan, { cluster: { ...CLUSTER, ...cluster }, run: "test" });
  return scenes.filter((scene) => scene.tenant.tenant.id === tenant);
}

/** The first of them. */
export function sceneOf(tenant: string, cluster: Partial<Cluster> = {}, plan: Plan = provenPlan()): Scene {
  const [scene] = scenesNamed(tenant, cluster, plan);
  if (!scene) throw new Error(`no scene of ${tenant}`);
  return scene;
}
