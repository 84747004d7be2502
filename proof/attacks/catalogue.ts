import type { Attack } from "./attack";
import { border } from "./border";
import { exhaustion } from "./exhaustion";
import { fairness } from "./fairness";
import { frame } from "./frame";
import { identity } from "./identity";
import { images } from "./images";
import { lifecycle } from "./lifecycle";
import { network } from "./network";
import { nodes } from "./nodes";
import { type CoversTemplates, type Trial, trialsOf } from "./paths";
import { placement } from "./placement";
import { privileges } from "./privileges";
import { rights } from "./rights";
import { routes } from "./routes";
import { sandbox } from "./sandbox";
import type { Scene } from "./scene";
import { services } from "./services";
import { storage } from "./storage";
import { sweeps } from "./sweeps";

/** Every attack that is written by hand, by concern, in the order of the threat model. */
export const CATALOGUE = {
  placement,
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
  fairness,
  lifecycle,
  nodes,
} satisfies Readonly<Record<string, readonly Attack[]>>;

/** Everything that is tried on a tenant's namespace: the catalogue, and what follows from the kinds that are served. */
export function attacksOn(scene: Scene): Attack[] {
  return [...Object.values(CATALOGUE).flat(), ...sweeps(scene)];
}

export function trialsOn(scene: Scene, covers: CoversTemplates): Trial[] {
  return attacksOn(scene).flatMap((attack) => trialsOf(attack, scene, covers));
}
