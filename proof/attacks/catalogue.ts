import type { Attack } from "./attack";
import { border } from "./border";
import { devices } from "./devices";
import { exhaustion } from "./exhaustion";
import { fairness } from "./fairness";
import { frame } from "./frame";
import { identity } from "./identity";
import { images } from "./images";
import { lifecycle } from "./lifecycle";
import { network } from "./network";
import { nodes } from "./nodes";
import { type CoversTemplates, DIRECT, type Trial, trialsOf } from "./paths";
import { placement } from "./placement";
import { privileges } from "./privileges";
import { rights } from "./rights";
import { routes } from "./routes";
import { sandbox } from "./sandbox";
import type { Scene } from "./scene";
import { services } from "./services";
import { storage } from "./storage";
import { sweeps } from "./sweeps";
import { tolerations } from "./tolerations";
import { type Wall, wallText } from "./walls";

/** Every attack that is written by hand, by concern, in the order of the threat model. */
export const CATALOGUE = {
  placement,
  tolerations,
  privileges,
  sandbox,
  images,
  border,
  identity,
  rights,
  frame,
  network,
  services,
  routes,
  storage,
  exhaustion,
  devices,
  fairness,
  lifecycle,
  nodes,
} satisfies Readonly<Record<string, readonly Attack[]>>;

/** Everything that is tried on a tenant's namespace: the catalogue, and what follows from the kinds that are served. */
export function attacksOn(scene: Scene): Attack[] {
  return [...Object.values(CATALOGUE).flat(), ...sweeps(scene)];
}

/**
 * How many ways into the cluster are tried. `whole`: each attack by each. `representative`: each attack directly, and
 * by every other way one for each wall; what else differs, the wall looks at the same way, whoever sends it.
 */
export type Breadth = "whole" | "representative";

export function trialsOn(scene: Scene, covers: CoversTemplates, breadth: Breadth): Trial[] {
  const trials = attacksOn(scene).flatMap((attack) => trialsOf(attack, scene, covers));
  return breadth === "whole" ? trials : representative(trials, scene);
}

function representative(trials: readonly Trial[], scene: Scene): Trial[] {
  const met = new Set<string>();
  return trials.filter(({ attack, path, walls: [wall] }) => {
    if (path === DIRECT) return true;
    const key = `${path} ${wall && kindOf(wall)}`;
    if (attack.unless?.(scene) !== undefined || met.has(key)) return false;
    met.add(key);
    return true;
  });
}

/** Rules are written one by one; what else stands in the way judges every pod as a whole. */
function kindOf(wall: Wall): string {
  return wall.layer === "admission" || wall.layer === "mutation" ? wallText(wall) : wall.layer;
}
