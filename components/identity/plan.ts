import type { ServiceAccount } from "kubernetes-types/core/v1";
import type { Estate, Tenant } from "../../config/estate";
import { MANAGED_LABEL, MANAGED_VALUE } from "../../config/names";
import { accountOf, clusterArn, identityNamespace } from "../../config/platform";
import { podIdentityTrust } from "../cluster/eks/roles.plan";
import type { Manifest } from "../manifest";
import { tenantDenials } from "./denials";

/** A service account of a tenant that has a role of its own in the cloud account. */
export interface IdentityPlan {
  readonly tenant: string;
  /** Full name, as acme-web. */
  readonly namespace: string;
  readonly account: string;
  readonly policies: readonly string[];
  /** Who may take the role, in IAM's policy language. */
  readonly trust: string;
  /** What the role may never do, in the same language. */
  readonly denials: string;
}

/** Identities of all tenants; none where the platform is no cluster on EKS, which config/crosschecks refuses to ask for. */
export function planIdentities({ platform, tenants }: Estate): IdentityPlan[] {
  if (platform.kind !== "eks") return [];
  const cluster = clusterArn(platform);
  const denials = tenantDenials(accountOf(platform));
  return tenants.flatMap((tenant) =>
    Object.entries(tenant.identities).map(([account, { namespace, policies }]) => {
      const full = identityNamespace(tenant, namespace)?.name ?? tenant.id;
      const trust = podIdentityTrust(cluster, { namespace: full, account });
      return { tenant: tenant.id, namespace: full, account, policies, trust, denials };
    }),
  );
}

/** The accounts themselves, so that a tenant's pods find them; without a token for the API server, which is another right. */
export function identityAccounts(tenant: Tenant, namespace: string): (ServiceAccount & Manifest)[] {
  return Object.entries(tenant.identities)
    .filter(([, identity]) => identityNamespace(tenant, identity.namespace)?.name === namespace)
    .map(([name]) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace, labels: { [MANAGED_LABEL]: MANAGED_VALUE } },
      automountServiceAccountToken: false,
    }));
}
