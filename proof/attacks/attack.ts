import type { Request } from "./request";
import type { Scene } from "./scene";
import type { Wall } from "./walls";

/**
 * One way to hurt a neighbour, as data: the closest legal request, the same with one thing changed, and who has to
 * stop it. A catalogue entry, not a program: what is sent, judged and cleaned up is the runner's business.
 */
export interface Attack {
  /** Threat and variant, as T06 or T06-empty-effect. Unique in the catalogue; never reused for another meaning. */
  readonly id: string;
  readonly title: string;
  /** Other catalogues' names for the same attempt, as X-PL-2. Unset: none. */
  readonly alias?: string;
  /** Must be let through, or the attack proves nothing. */
  readonly control: Step;
  readonly attack: Step;
  /** The closest legal request of somebody whose role was widened. Unset: the control. */
  readonly widenedControl?: Step;
  /**
   * Who refuses it, in the order in which the API server asks them. The first one is what the tenant meets; the others
   * hold when the ones before them are taken away.
   */
  readonly stoppedBy: Stoppers | ((scene: Scene) => Stoppers);
  /** Why this cannot be tried on this tenant or cluster; undefined when it can. Unset: it always can. */
  readonly unless?: (scene: Scene) => string | undefined;
}

export type Stoppers = Wall | readonly Wall[];

/** A request, once it is known who attacks whom. */
export type Step = (scene: Scene) => Request;

/** An attack that cannot be tried through an API server's front door, and why. Listed, never dropped. */
export interface Untestable {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}

/** The threat itself: T06 of T06-no-execute, X-FR-1 of X-FR-1-pod. */
export function threatOf({ id }: Pick<Attack, "id">): string {
  return /^(?:T\d+|X-[A-Z]+-\d+)/.exec(id)?.[0] ?? id;
}

export function wallsOf({ stoppedBy }: Pick<Attack, "stoppedBy">, scene: Scene): readonly Wall[] {
  const stoppers = typeof stoppedBy === "function" ? stoppedBy(scene) : stoppedBy;
  return [stoppers].flat();
}
