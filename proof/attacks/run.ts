import { type Answer, type ClusterApi, messageOf, UNAUTHORIZED, Unreachable } from "../../components/cluster/api";
import { impersonation } from "../identity";
import { threatOf } from "./attack";
import { STATES } from "./lifecycle";
import type { Trial } from "./paths";
import { isProversOwn } from "./refusal";
import type { Request } from "./request";
import type { Scene } from "./scene";
import { Scratch } from "./scratch";
import { type Tier, tierOf } from "./tiers";
import { type Exchange, isStaged, type Judgement, judge, type Verdict } from "./verdict";
import { type Wall, wallText } from "./walls";

/** What one attack by one way proved about one tenant. */
export interface Result {
  readonly tenant: string;
  readonly namespace: string;
  /** Tenant or platform namespace that was reached for. */
  readonly victim: string;
  /** Id in the catalogue. */
  readonly attack: string;
  readonly threat: string;
  readonly tier: Tier;
  readonly alias: string | undefined;
  readonly title: string;
  readonly path: string;
  readonly verdict: Verdict;
  /** Who should stop it, as `admission (placement-tolerations)`. */
  readonly expected: string;
  readonly layer: Wall["layer"];
  readonly reason: string;
  /** Whether somebody who should stand in the way, be it in the second row, only warns for this tenant. */
  readonly staged: boolean;
  /** `POST /api/v1/namespaces/acme/pods`. */
  readonly request: string;
}

export interface RunOptions {
  /** Requests under way at the same time. Unset: 8. */
  readonly concurrency?: number;
  /** Ends the run early: nothing new is sent, and what was made is removed. Unset: never. */
  readonly signal?: AbortSignal;
  readonly tell?: (progress: Progress) => void;
}

export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly result: Result;
}

export interface Run {
  readonly results: readonly Result[];
  /** Why the run ended before its end; undefined for a whole one. */
  readonly broken: string | undefined;
  /** What this run made and could not remove, with the reason; empty when it left nothing behind. */
  readonly left: readonly string[];
}

const CONCURRENCY = 8;

/** The server's fairness turns people away for a moment, whatever they ask. */
const TOO_MANY = 429;
const PAUSES_MS = [500, 2_000, 5_000];

/** Sends every trial's control and attack and judges the answers. Removes what it made, whole or broken. */
export async function run(api: ClusterApi, trials: readonly Trial[], options: RunOptions = {}): Promise<Run> {
  const { concurrency = CONCURRENCY, signal, tell } = options;
  const scratch = new Scratch(api);
  const stage = new Stage(api, scratch);
  const results: Result[] = [];
  const queue = trials.values();
  let broken: string | undefined;
  const worker = async () => {
    for (const trial of queue) {
      if (signal?.aborted || broken !== undefined) return;
      try {
        const result = await stage.play(trial);
        results.push(result);
        tell?.({ done: results.length, of: trials.length, result });
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        broken ??= error.message;
      }
    }
  };
  let left: readonly string[] = [];
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    const scenes = new Map(trials.map(({ scene }) => [scene.namespace, scene]));
    left = await scratch.clear([...scenes.values()]);
  }
  return { results, broken: broken ?? (signal?.aborted ? "interrupted" : undefined), left };
}

class Stage {
  /** Most attacks have the same twin. */
  private readonly controls = new Map<string, Promise<Answer>>();

  constructor(
    private readonly api: ClusterApi,
    private readonly scratch: Scratch,
  ) {}

  async play(trial: Trial): Promise<Result> {
    const { attack, scene, step, control, path, walls } = trial;
    const [wall] = walls;
    const request = step(scene);
    const judgement = wall
      ? await this.judgement(control(scene), request, wall, trial)
      : untestable("nobody is named who should stop it here");
    return {
      tenant: scene.tenant.tenant.id,
      namespace: scene.namespace,
      victim: scene.victim.id,
      attack: attack.id,
      threat: threatOf(attack),
      tier: tierOf(attack),
      alias: attack.alias,
      title: attack.title,
      path,
      expected: wall ? wallText(wall) : "nobody",
      layer: wall?.layer ?? "schema",
      staged: walls.some((it) => isStaged(it, scene)),
      request: `${request.method} ${request.path}`,
      ...judgement,
    };
  }

  private async judgement(control: Request, attack: Request, wall: Wall, { attack: { id, unless }, scene }: Trial) {
    const reason = unless?.(scene) ?? closed(scene, id, [control, attack]) ?? nobody(scene, [control, attack]);
    if (reason !== undefined) return untestable(reason);
    const missing = await this.provided([control, attack], scene);
    if (missing !== undefined) return inconclusive(`what it needs could not be made: ${missing}`);
    const twin: Exchange = { request: control, answer: await this.controlled(control, scene) };
    const answer = await this.send(attack, scene);
    return judge(twin, { request: attack, answer }, wall, scene);
  }

  private async provided(requests: readonly Request[], scene: Scene): Promise<string | undefined> {
    for (const prop of new Set(requests.flatMap(({ needs = [] }) => needs))) {
      const missing = await this.scratch.provide(prop, scene);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  private controlled(request: Request, scene: Scene): Promise<Answer> {
    const key = JSON.stringify([request, scene.namespace]);
    const known = this.controls.get(key);
    if (known) return known;
    const asking = this.send(request, scene);
    this.controls.set(key, asking);
    return asking;
  }

  private async send(request: Request, scene: Scene): Promise<Answer> {
    for (const pause of PAUSES_MS) {
      const answer = await this.sendOnce(request, scene);
      if (answer.status !== TOO_MANY) return answer;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return this.sendOnce(request, scene);
  }

  private async sendOnce(request: Request, scene: Scene): Promise<Answer> {
    const answer = await this.asked(request, scene);
    await this.believed(answer);
    return answer;
  }

  /**
   * A prover who is not believed any more, or may no longer pass for others, sees refusals that are nobody's guard.
   * @throws Unreachable, so that the run ends there and counts as broken.
   */
  private async believed(answer: Answer): Promise<void> {
    if (isProversOwn(answer)) throw new Unreachable(`you may no longer act for the tenants: ${messageOf(answer)}`);
    if (answer.status !== UNAUTHORIZED) return;
    // Somebody behind the API server may say so too, as a kubelet that it relays to; of the prover it says so of everything.
    const own = await this.api.ask("/version");
    if (own.status !== UNAUTHORIZED) return;
    throw new Unreachable(`${this.api.server} no longer accepts your credentials: ${messageOf(own)}`);
  }

  private asked(request: Request, scene: Scene): Promise<Answer> {
    const { method, path, query = {}, body, contentType, dryRun } = request;
    const parameters = new URLSearchParams({ ...query, ...(dryRun === "none" ? {} : { dryRun: "All" }) });
    const as = request.as ?? scene.who;
    return this.api.ask(parameters.size === 0 ? path : `${path}?${parameters}`, {
      method,
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(as ? { headers: impersonation(as) } : {}),
    });
  }
}

/** Who may make nothing can make neither the legal twin nor what both need: all that is left to try needs none. */
function closed({ tenant }: Scene, id: string, requests: readonly [control: Request, attack: Request]) {
  const { state } = tenant.tenant;
  const makes = requests[0].dryRun !== "none" || requests.some(({ needs = [] }) => needs.length > 0);
  if (state === "active" || !makes || STATES.has(id)) return undefined;
  return `the tenant is ${state}: it may make nothing`;
}

function nobody({ who }: Scene, requests: readonly Request[]): string | undefined {
  const all = requests.every(({ as }) => as ?? who);
  return all ? undefined : "nobody may act for the tenant: access.admins and access.developers are empty";
}

function untestable(reason: string): Judgement {
  return { verdict: "untestable", reason };
}

function inconclusive(reason: string): Judgement {
  return { verdict: "inconclusive", reason };
}
