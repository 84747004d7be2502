import type { Answer } from "../../components/cluster/api";
import { modeOver } from "../../components/guardrails/bindings";
import { rules } from "../../components/guardrails/guards";
import { type Refusal, refusalOf } from "./refusal";
import type { Request } from "./request";
import type { Scene } from "./scene";
import { type Wall, wallText } from "./walls";

/**
 * `passed`: refused by the layer that should, while the legal twin was let through.
 * `failed`: let through, or refused by somebody else; whoever that is may look away tomorrow.
 * `inconclusive`: tried, and the answers prove nothing: the twin was refused too, or refusing is not switched on.
 * `untestable`: not tried, because this tenant or cluster has nothing to try it on.
 */
export const VERDICTS = ["passed", "failed", "inconclusive", "untestable"] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  readonly verdict: Verdict;
  /** Why, with the layer met and the server's words. */
  readonly reason: string;
}

/** A request, and what the server made of it. */
export interface Exchange {
  readonly request: Request;
  readonly answer: Answer;
}

/** What a pair of answers proves about the wall that the attack should have met. */
export function judge(control: Exchange, attack: Exchange, wall: Wall, scene: Scene): Judgement {
  const refusal = refusedBy(attack);
  const harmless = !refusal && wall.holds?.(attack.answer.body, scene);
  if (!refusal && !harmless) return letThrough(attack.answer, wall, scene);
  const twin = refusedBy(control);
  if (twin) return { verdict: "inconclusive", reason: `the legal twin was refused too: ${twin.message}` };
  if (!refusal) return { verdict: "passed", reason: `kept harmless by ${wallText(wall)}` };
  if (isTransient(refusal)) return { verdict: "inconclusive", reason: `no verdict: ${refusal.message}` };
  return stops(wall, refusal) ? { verdict: "passed", reason: refusal.message } : stoppedElsewhere(refusal, wall);
}

/** Who refused; undefined for a request that was let through, be it only to learn that there is nothing there. */
export function refusedBy({ request, answer }: Exchange): Refusal | undefined {
  if (isOwnDenial(answer.body)) return OWN_DENIAL;
  const through = answer.status < 400 || request.through?.(answer.status, answer.body);
  return through ? undefined : refusalOf(answer);
}

/** Whether a refusal is this wall's: by its layer, and by what it names. */
export function stops({ layer, names, instead }: Wall, refusal: Refusal): boolean {
  if (instead && stops(instead, refusal)) return true;
  if (refusal.layer !== layer) return false;
  if (names === undefined) return true;
  const exact = NAMED_BY_ID.has(layer);
  return names.some((name) => refusal.names.some((said) => (exact ? said === name : said.includes(name))));
}

/** Layers that name ids; the others name something in the middle of a sentence. */
const NAMED_BY_ID: ReadonlySet<string> = new Set(["admission", "quota", "limits"]);

/** A self-review succeeds in telling that one may not. */
function isOwnDenial(body: unknown): boolean {
  const review = body as { kind?: string; status?: { allowed?: boolean } } | undefined;
  return review?.kind === "SelfSubjectAccessReview" && review.status?.allowed === false;
}

const OWN_DENIAL: Refusal = {
  layer: "rbac",
  names: [],
  status: 403,
  message: "the API server's own review of the right says no",
};

function isTransient({ status, layer }: Refusal): boolean {
  return layer === "unknown" && (status === 429 || status >= 500);
}

const REACH = new Map(rules.map(({ id, reach }) => [id, reach]));

/** Whether a staged roll-out, be it the tenant's or the estate's, turns the wall or a part of it down to a warning. */
export function isStaged({ layer, names = [] }: Wall, { plan, tenant }: Scene): boolean {
  if (layer === "pod-security") return tenant.mode === "warn";
  const modes = { estate: plan.estate.guardrails.mode, tenant: tenant.mode };
  return layer === "admission" && names.some((rule) => modeOver(REACH.get(rule) ?? "namespaces", modes) === "warn");
}

function letThrough({ warnings }: Answer, wall: Wall, scene: Scene): Judgement {
  const warning = warnings.find((text) => (wall.names ?? [""]).some((name) => text.includes(name)));
  if (isStaged(wall, scene) && warning !== undefined) {
    return { verdict: "inconclusive", reason: `guardrails only warn here: ${warning}` };
  }
  return { verdict: "failed", reason: `got through; ${wallText(wall)} did not stop it` };
}

function stoppedElsewhere({ layer, names, message }: Refusal, wall: Wall): Judgement {
  const by = NAMED_BY_ID.has(layer) ? wallText({ layer, names }) : layer;
  return { verdict: "failed", reason: `to be stopped by ${wallText(wall)}, but was by ${by}: ${message}` };
}
