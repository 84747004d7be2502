import { createHash } from "node:crypto";
import type { Estate, Tenant } from "./estate";
import { PLATFORM_GROUP, SHARED_POOL, SYSTEM_POOL } from "./names";
import { accountIn, clusterArn, ownRange } from "./platform";
import { zonesOf } from "./pools";
import type { EksPlatform, Guardrails, Parent, Platform } from "./schema";

/** A tenant that lives on a cluster of its own. */
export interface OwnCluster {
  readonly tenant: Tenant;
  /** Stack that makes the cluster. */
  readonly stack: string;
}

/** Whether another stack has to make this tenant's cluster. The stack that a parent made for it makes it itself. */
export function livesApart(
  { isolation }: Pick<Tenant, "isolation">,
  platform: Platform | undefined,
  parent: Parent | undefined,
): boolean {
  return isolation.cluster === "dedicated" && platform?.kind === "eks" && parent === undefined;
}

/** As many characters as Pulumi allows a stack, and config/schema/eks.ts a cluster. */
const LONGEST_STACK = 100;
const LONGEST_CLUSTER = 60;
const DIGEST = 8;

export function ownStackName(parent: string, id: string): string {
  return fitted(`${parent}-${id}`, LONGEST_STACK);
}

export function ownClusterName(parent: string, id: string): string {
  return fitted(`${parent}-${id}`, LONGEST_CLUSTER);
}

/** Two names that begin alike stay two: what is cut off is still in the digest. */
function fitted(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, DIGEST);
  return `${name.slice(0, longest - DIGEST - 1)}-${digest}`;
}

/** The platform of a tenant's own cluster: as the one that gives it, but for all that makes it a cluster of its own. */
export function ownPlatform(
  platform: EksPlatform,
  tenant: Pick<Tenant, "id" | "isolation" | "cluster" | "state">,
): EksPlatform {
  const { id, isolation, cluster, state } = tenant;
  const { given: _, ...network } = platform.network;
  const { permissionsBoundary: theirs, ...rest } = platform;
  const admins = cluster?.admins.length ? cluster.admins : platform.admins;
  const isElsewhere = accountIn(admins) !== accountIn(platform.admins);
  const permissionsBoundary = cluster?.permissionsBoundary ?? (isElsewhere ? undefined : theirs);
  const pools = [SYSTEM_POOL, isolation.nodes === "dedicated" ? id : SHARED_POOL];
  return {
    ...rest,
    name: ownClusterName(platform.name, id),
    admins,
    network: { ...network, cidr: cluster?.cidr ?? ownRange(network), zones: zonesOf(platform) },
    // Who leaves takes the cluster along; the others' stays as it is protected.
    deletionProtection: state === "leaving" ? "off" : platform.deletionProtection,
    // The parent's own pools are no business of this cluster's, and its tenant's name means all of it.
    replace: platform.replace.includes(id) ? pools : [],
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
  };
}

/** What the stack of a tenant with its own cluster is to say. */
export function ownEstate(estate: Estate, parent: string, { tenant }: OwnCluster): Estate {
  const { platform, guardrails } = estate;
  if (platform.kind !== "eks") throw new TypeError(`a cluster of kind ${platform.kind} has no others beside it`);
  return {
    platform: ownPlatform(platform, tenant),
    guardrails: { ...guardrails, removals: [] },
    tenants: [alone(tenant)],
    apart: [],
    parent: { stack: parent, tenant: tenant.id, cluster: clusterArn(platform) },
  };
}

/** Who else a login acts for is nothing that another cluster knows. */
function alone(tenant: Tenant): Tenant {
  const own = (people: Tenant["access"]["admins"]) => people.map((subject) => ({ ...subject, sharedWith: [] }));
  const { admins, developers, viewers } = tenant.access;
  return { ...tenant, access: { admins: own(admins), developers: own(developers), viewers: own(viewers) } };
}

/** Whether the tenant's own people may do everything on the cluster that it has to itself. */
export function administersItsCluster({ isolation, cluster }: Pick<Tenant, "isolation" | "cluster">): boolean {
  return isolation.cluster === "dedicated" && cluster?.clusterAdmin === "tenant";
}

/** Guardrails that take the administrators of a tenant's own cluster for what they are. */
export function knowingOwners(guardrails: Guardrails, tenants: readonly Tenant[]): Guardrails {
  const owners = tenants.filter(administersItsCluster).flatMap(({ access }) => access.admins);
  if (owners.length === 0) return guardrails;
  const { exemptions } = guardrails;
  const { users, groups } = exemptions.platformIdentities;
  const accounts = owners.flatMap(({ serviceAccount }) =>
    serviceAccount ? [`system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`] : [],
  );
  const platformIdentities = {
    users: [...users, ...owners.flatMap(({ user }) => user ?? []), ...accounts],
    groups: [...groups, ...owners.flatMap(({ group }) => group ?? [])],
  };
  return { ...guardrails, exemptions: { ...exemptions, platformIdentities } };
}

/** The same without what every cluster on EKS adds by itself: as people write them. */
export function writtenGuardrails(guardrails: Guardrails): Guardrails {
  const { exemptions } = guardrails;
  const { users, groups } = exemptions.platformIdentities;
  const platformIdentities = { users, groups: groups.filter((group) => group !== PLATFORM_GROUP) };
  return { ...guardrails, exemptions: { ...exemptions, platformIdentities } };
}
