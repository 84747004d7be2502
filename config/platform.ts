import type { Namespace, Tenant } from "./estate";
import { PLATFORM_GROUP } from "./names";
import { minorOf } from "./releases";
import {
  type EksPlatform,
  type ExistingPlatform,
  type ExistingPool,
  type Guardrails,
  type Platform,
  type Runtime,
  VPC_CIDR,
} from "./schema";

/** What a cluster can do, as far as tenants' objects have to know. */
export type Capabilities = ExistingPlatform["capabilities"];

export interface NamedPool extends ExistingPool {
  readonly name: string;
}

/** Declared pools on which a tenant's pods may run; none where the platform does not say what pools it has. */
export function poolsOf(platform: Platform, tenant: Pick<Tenant, "id" | "isolation">): readonly NamedPool[] {
  return poolsByOwner(platform).get(tenant.isolation.nodes === "dedicated" ? tenant.id : undefined) ?? [];
}

/** Asked for once a tenant, and a platform may have a pool for each of thousands. */
const INDEXES = new WeakMap<Platform, ReadonlyMap<string | undefined, readonly NamedPool[]>>();

function poolsByOwner(platform: Platform): ReadonlyMap<string | undefined, readonly NamedPool[]> {
  const known = INDEXES.get(platform);
  if (known) return known;
  const index = new Map<string | undefined, NamedPool[]>();
  for (const [name, pool] of Object.entries(declaredPools(platform) ?? {})) {
    const owned = index.get(pool.tenant) ?? [];
    index.set(pool.tenant, owned);
    owned.push({ name, ...pool });
  }
  INDEXES.set(platform, index);
  return index;
}

/** What the platform says of itself; for a cluster of our own making, what it is made to be. */
export function capabilitiesOf(platform: Platform): Capabilities {
  if (platform.kind === "existing") return platform.capabilities;
  const ranges = rangesOf(platform);
  return {
    networkPolicy: "enforced",
    dnsLabels: { "k8s-app": "kube-dns" },
    // The VPC's plugin gives pods addresses of the nodes' own subnets.
    podCidrs: ranges,
    nodeCidrs: ranges,
    serviceCidrs: [platform.network.serviceCidr],
    runtimes: { gvisor: "runsc", kata: `kata-${platform.sandbox.kata.hypervisor}` },
  };
}

/** Addresses of a VPC that Bulkhead makes. */
export function ownRange({ cidr = VPC_CIDR }: Pick<EksPlatform["network"], "cidr">): string {
  return cidr;
}

/** Addresses that nodes and pods have: all of the VPC, also where it was there before. */
export function rangesOf({ network }: Pick<EksPlatform, "network">): string[] {
  return network.given?.cidrs ?? [ownRange(network)];
}

/** Guardrails that know the administrators of a cluster of our own making by their group. */
export function knowingAdministrators(guardrails: Guardrails, platform: Platform): Guardrails {
  if (platform.kind === "existing") return guardrails;
  const { exemptions } = guardrails;
  const { users, groups } = exemptions.platformIdentities;
  const platformIdentities = { users, groups: [...new Set([...groups, PLATFORM_GROUP])] };
  return { ...guardrails, exemptions: { ...exemptions, platformIdentities } };
}

/** First minor in which the API server takes hostUsers: false by default; an older one drops it. */
const USER_NAMESPACES_MINOR = 33;

/** Why nobody can be made to run in a user namespace on a cluster of this minor, as 1.32; undefined where one can. */
export function userNamespacesFault(minor: string): string | undefined {
  if (minorOf(minor) >= USER_NAMESPACES_MINOR) return undefined;
  return `is not to be had on Kubernetes ${minor}, which takes user namespaces from 1.${USER_NAMESPACES_MINOR} on; remove it, or upgrade the cluster`;
}

/** Known before the cluster is there, and never another's: what AWS calls it. */
export function clusterArn({ admins, region, name }: EksPlatform): string {
  const [, partition] = (admins[0] ?? "").split(":");
  return `arn:${partition}:eks:${region}:${accountIn(admins)}:cluster/${name}`;
}

/** Account in which a cluster is: that of the first of its administrators. */
export function accountIn([first = ""]: readonly string[]): string {
  return first.split(":")[4] ?? "";
}

/** Where the cluster is, as its ARN says. */
export function accountOf(platform: EksPlatform) {
  const [, partition = "", , region = "", account = ""] = clusterArn(platform).split(":");
  return { partition, region, account };
}

/** Namespace that an identity is in; undefined where the tenant has none of that name, or several and none is named. */
export function identityNamespace(
  { namespaces }: Pick<Tenant, "namespaces">,
  part: string | undefined,
): Namespace | undefined {
  if (part !== undefined) return namespaces.find((namespace) => namespace.part === part);
  return namespaces.length === 1 ? namespaces[0] : undefined;
}

/** Pools of a cluster that somebody else made, as far as they are declared. */
export function declaredPools(platform: Platform): Readonly<Record<string, ExistingPool>> | undefined {
  return platform.kind === "existing" ? platform.pools : undefined;
}

/** Whether pods can have this runtime; every node runs plain containers, whatever it calls them. */
export function offersRuntime(platform: Platform, runtime: Runtime): boolean {
  return runtime === "native" || runtimeHandler(platform, runtime) !== undefined;
}

/** What the platform says that its nodes call a runtime; undefined where it does not say. */
export function runtimeHandler(platform: Platform, runtime: Runtime): string | undefined {
  return capabilitiesOf(platform).runtimes[runtime];
}
