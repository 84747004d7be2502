import { rules } from "../../../components/guardrails/guards";
import { type Attack, wallsOf } from "../../../proof/attacks/attack";
import { type Trial, trialsOf } from "../../../proof/attacks/paths";
import type { Scene } from "../../../proof/attacks/scene";
import { admission, type Wall } from "../../../proof/attacks/walls";
import { isBuiltIn, keyOf, rulesOf } from "./mutants";
import { isRight, marked, ofNamespace, ownPods, SELF_INFLICTED, tryable, WILDCARD } from "./mutations";

/** One guard taken away from a kind of tenant, where whoever hides it from attacks is gone already. */
export interface Removal {
  readonly kind: string;
  readonly guard: Wall;
  /** Guards that would stop the attack before this one is asked. */
  readonly before: readonly Wall[];
}

/** Every guard that an attack should meet, each where it is hidden least. */
export function removalsOf(scenes: readonly Scene[]): Removal[] {
  const removals = scenes.flatMap((scene) => tryable(scene).flatMap((attack) => removalsFrom(attack, scene)));
  const byHiding = removals.sort((one, other) => other.hidden - one.hidden);
  return [...new Map(byHiding.map((removal) => [keyOf([removal.guard]), removal])).values()];
}

/** Of two that both stop an attack, the removal of one cannot be seen; that somebody stands in front, can be mended. */
const SIBLING = 10;

function removalsFrom(attack: Attack, scene: Scene): (Removal & { readonly hidden: number })[] {
  const walls = ofNamespace(wallsOf(attack, scene));
  const fixed = walls.findIndex(isBuiltIn);
  return walls.slice(0, fixed === -1 ? walls.length : fixed).flatMap((wall, index) => {
    const guards = each(wall);
    const hidden = index + SIBLING * (guards.length - 1);
    return guards.map((guard) => ({ kind: scene.tenant.tenant.id, guard, before: walls.slice(0, index), hidden }));
  });
}

function each(wall: Wall): Wall[] {
  return wall.layer === "admission" ? (wall.names ?? []).map((rule) => admission(rule)) : [wall];
}

/** What such a removal takes away. */
export function lackOf({ before, guard }: Removal): Wall[] {
  return [...before, guard];
}

/** What is tried where a guard is missing: all that it or its like should stop, by somebody who may do anything. */
export function trialsWithout(removal: Removal, scene: Scene): Trial[] {
  const gone = new Set(removal.before.map((wall) => keyOf([wall])));
  const trials = secondRow(scene)
    .map((trial) => ({ ...trial, walls: trial.walls.slice(leading(trial.walls, gone)) }))
    .filter(({ walls }) => walls.length > 0);
  const ids = rulesOf([removal.guard]);
  if (ids.length === 0) return trials;
  const beside = rulesBeside(ids);
  return trials.filter(({ walls }) => rulesOf(walls).some((rule) => beside.has(rule)));
}

/** Rules of the same concern, which may stop what these should. */
function rulesBeside(ids: readonly string[]): ReadonlySet<string> {
  const concerns = new Set(rules.filter(({ id }) => ids.includes(id)).flatMap(({ guards }) => guards));
  return new Set(rules.filter(({ guards }) => guards.some((name) => concerns.has(name))).map(({ id }) => id));
}

function leading(walls: readonly Wall[], gone: ReadonlySet<string>): number {
  const first = walls.findIndex((wall) => !gone.has(keyOf([wall])));
  return first === -1 ? walls.length : first;
}

/**
 * Every attack as somebody would send it whose role was widened to everything, so that guards behind RBAC are seen.
 * What RBAC alone stops is left out: nothing would.
 */
function secondRow(scene: Scene): Trial[] {
  return tryable(scene)
    .filter(({ id }) => id !== SELF_INFLICTED)
    .flatMap((attack) => trialsOf(attack, scene, () => false).slice(0, 1))
    .map((trial) => ({ ...trial, walls: trial.walls.filter((wall) => !isRight(wall)) }))
    .filter(({ walls }) => walls.length > 0)
    .map((trial) => ({
      ...trial,
      scene: { ...scene, who: WILDCARD },
      control: ownPods,
      step: marked(trial.step),
    }));
}
