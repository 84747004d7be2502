import { randomBytes } from "node:crypto";
import { type ClusterApi, messageOf } from "../components/cluster/api";
import { kubernetesVersion } from "../components/cluster/version";
import type { Plan } from "../components/plan";
import { administersItsCluster } from "../config/own-cluster";
import { minorOf } from "../config/releases";
import { threatOf } from "./attacks/attack";
import { bystanderTrials } from "./attacks/bystander";
import { type Breadth, trialsOn } from "./attacks/catalogue";
import { templateCoverage } from "./attacks/coverage";
import { identitiesOf } from "./attacks/identities";
import type { Trial } from "./attacks/paths";
import { type Result, type RunOptions, run } from "./attacks/run";
import { type Scene, scenesOf } from "./attacks/scene";
import { type Evidence, weigh } from "./evidence";
import { type Identity, impersonation } from "./identity";
import { readCluster } from "./live/cluster";
import { readLive, type Stranger, strangers } from "./live/strangers";
import { type Derivation, derive } from "./static";

export interface ProveOptions extends RunOptions {
  /** Ids of tenants to be attacked from. Unset: all. */
  readonly tenants?: readonly string[];
  /** Attacks by id, threat or alias, as T07, T06-no-execute, X-PL-2. Unset: all. */
  readonly attacks?: readonly string[];
  /** Ways into the cluster. Unset: representative. */
  readonly breadth?: Breadth;
}

/** What was proven, and on what grounds. */
export interface Proof {
  /** ISO 8601. */
  readonly at: string;
  readonly server: string;
  /** As v1.36.3. */
  readonly kubernetes: string;
  readonly seconds: number;
  /** Why it ended early; undefined for a whole proof. */
  readonly broken: string | undefined;
  /** What the proof made on the cluster and could not remove, with the reason. */
  readonly left: readonly string[];
  readonly plan: Plan;
  readonly evidence: readonly Evidence[];
  readonly results: readonly Result[];
  readonly derivations: readonly Derivation[];
  readonly strangers: readonly Stranger[];
}

/** Nothing can be proven here and now; the message says why, and what would help. */
export class CannotProve extends Error {
  override readonly name = "CannotProve";
}

const OLDEST_MINOR = 30;

/**
 * Tries the catalogue on a live cluster and weighs what comes of it.
 * @throws Unreachable when the cluster cannot be looked at, CannotProve when nothing can be proven on it.
 */
export async function prove(plan: Plan, api: ClusterApi, options: ProveOptions = {}): Promise<Proof> {
  const start = Date.now();
  const kubernetes = await supportedVersion(api);
  const cluster = await readCluster(api);
  const attackable = plan.tenants.filter(({ tenant }) => !administersItsCluster(tenant));
  // What administrators have made on a cluster of their own is no stranger's.
  const found = attackable.length === 0 ? [] : strangers(plan, await readLive(api), cluster);
  const chosen = chosenTenants(plan, options.tenants);
  const facts = { cluster, run: randomBytes(4).toString("hex") };
  const attackers = new Set(attackable.map(({ tenant }) => tenant.id).filter((id) => chosen.includes(id)));
  const scenes = scenesOf(plan, facts).filter(({ tenant }) => attackers.has(tenant.tenant.id));
  const strays = bystanderTrials(plan, facts).filter(({ scene }) => attackers.has(scene.victim.id));
  const all = [...trialsFrom(scenes, options.breadth), ...strays];
  const isMoot = attackers.size === 0 && chosen.length > 0 && options.attacks === undefined;
  const trials = isMoot ? [] : wantedTrials(all, options.attacks);
  await mayImpersonate(api, identitiesOf(scenes));
  const { results, broken, left } = await run(api, trials, options);
  const derivations = derive(plan);
  const whole = broken === undefined && options.attacks === undefined;
  const untried = (attacker: string) => !whole || !chosen.includes(attacker);
  const tenants = plan.tenants.filter(({ tenant }) => chosen.includes(tenant.id));
  return {
    at: new Date(start).toISOString(),
    server: api.server,
    kubernetes,
    seconds: (Date.now() - start) / 1000,
    broken,
    left,
    plan,
    evidence: weigh({ plan, results, derivations, strangers: found, untried }, tenants),
    results,
    derivations,
    strangers: found,
  };
}

async function supportedVersion(api: ClusterApi): Promise<string> {
  const { full, minor } = await kubernetesVersion(api);
  if (minorOf(minor) >= OLDEST_MINOR) return full;
  throw new CannotProve(`${api.server} is Kubernetes ${full}; the guardrails need 1.${OLDEST_MINOR} or newer`);
}

function chosenTenants(plan: Plan, wanted: readonly string[] | undefined): readonly string[] {
  const all = plan.tenants.map(({ tenant }) => tenant.id);
  const unknown = (wanted ?? []).filter((id) => !all.includes(id));
  if (unknown.length > 0) throw new CannotProve(`no tenant ${unknown.join(", ")}; the estate has ${all.join(", ")}`);
  return wanted ?? all;
}

function trialsFrom(scenes: readonly Scene[], breadth: Breadth = "representative"): Trial[] {
  const covers = templateCoverage();
  return scenes.flatMap((scene) => trialsOn(scene, covers, breadth));
}

function wantedTrials(all: readonly Trial[], wanted: readonly string[] | undefined): readonly Trial[] {
  const trials = all.filter(
    ({ attack }) => wanted?.some((id) => [attack.id, threatOf(attack), attack.alias].includes(id)) ?? true,
  );
  if (trials.length > 0) return trials;
  throw new CannotProve(wanted ? `no attack ${wanted.join(", ")} in the catalogue` : "the estate has no tenants");
}

/** Asked before anything else: a prover who may not pass for a tenant would see refusals that are not the tenant's. */
async function mayImpersonate(api: ClusterApi, identities: readonly Identity[]): Promise<void> {
  for (const identity of identities) {
    const answer = await api.ask("/version", { headers: impersonation(identity) });
    if (answer.status === 403) {
      throw new CannotProve(
        `you may not act as ${identity.user} (${messageOf(answer)}); bulkhead prove --print-rbac prints the rights that a proof needs`,
      );
    }
  }
}
