import type { Estate, Tenant } from "../config/estate";
import { ownPlatform } from "../config/own-cluster";
import { clusterArn } from "../config/platform";
import { minorOf, NEWEST_MINOR } from "../config/releases";
import { type Canary, planCanary } from "./guardrails/canary";
import { type GuardrailManifests, type GuardrailOptions, guardrailManifests } from "./guardrails/plan";
import { type IdentityPlan, planIdentities } from "./identity/plan";
import type { Manifest } from "./manifest";
import { type LiveRuntimes, UNKNOWN_RUNTIMES } from "./runtime/handlers";
import { profileRoles } from "./tenant/access";
import { planTenant, type TenantPlan } from "./tenant/plan";

/** What the program is going to construct, and what the proofs hold the cluster against. */
export interface Plan {
  readonly estate: Estate;
  /** Kubernetes minor the plan is written for, as 1.36. */
  readonly minor: string;
  /** Roles of the access profiles: their number does not grow with tenants. */
  readonly roles: readonly Manifest[];
  /** What the API server refuses and fills in: their number does not grow with tenants either. */
  readonly guardrails: GuardrailManifests;
  /** Where the guardrails are tried before they are bound. */
  readonly canary: Canary;
  /** Roles in the cloud account that tenants' pods take. */
  readonly identities: readonly IdentityPlan[];
  readonly tenants: readonly TenantPlan[];
  /** Tenants of which nothing is made here. */
  readonly apart: readonly ApartPlan[];
}

/** A tenant on a cluster of its own, and who makes that. */
export interface ApartPlan {
  readonly tenant: Tenant;
  readonly stack: string;
  /** ARN of its cluster. */
  readonly cluster: string;
  /** ARN of the cluster that the others share. */
  readonly parent: string;
}

/** First minor with a stable MutatingAdmissionPolicy. */
const MUTATING_MINOR = 36;

/** What has to be known of the cluster, and of the way to it, before a plan for it can be made. */
export interface Served {
  /** Unset: what the platform says, else the newest. */
  readonly minor?: string;
  /** Unset: v1 where the minor has it, as on a cluster that is still to be made. */
  readonly mutatingPolicies?: GuardrailOptions["mutatingPolicies"];
  /** What its nodes report and its classes name. Unset: nothing is known, and what is usual is assumed. */
  readonly runtimes?: LiveRuntimes;
  /** Who deploys, as project/stack. Unset: what is made once for the cluster does not say whose it is. */
  readonly stack?: string;
}

export function planEstate(estate: Estate, served: Served = {}): Plan {
  const minor = estate.platform.version ?? served.minor ?? NEWEST_MINOR;
  const { exemptions } = estate.guardrails;
  const mutatingPolicies = served.mutatingPolicies ?? (minorOf(minor) >= MUTATING_MINOR ? "v1" : "none");
  const guardrails = guardrailManifests(estate, { mutatingPolicies, exemptions });
  return {
    estate,
    minor,
    roles: profileRoles(served.stack),
    guardrails,
    canary: planCanary(guardrails, minor),
    identities: planIdentities(estate),
    tenants: estate.tenants.map((tenant) => planTenant(tenant, estate, minor, served.runtimes ?? UNKNOWN_RUNTIMES)),
    apart: planApart(estate),
  };
}

function planApart({ apart, platform }: Estate): ApartPlan[] {
  if (platform.kind !== "eks") return [];
  const parent = clusterArn(platform);
  return apart.map((own) => ({ ...own, cluster: clusterArn(ownPlatform(platform, own.tenant)), parent }));
}
