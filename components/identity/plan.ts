import type { ServiceAccount } from "kubernetes-types/core/v1";
import type { Estate, Tenant } from "../../config/estate";
import { MANAGED_LABEL, MANAGED_VALUE } from "../../config/names";
import { clusterArn, identityNamespace } from "../../config/platform";
import type { Manifest } from "../manifest";

/** A service account of a tenant that has a role of its own in the cloud account. */
export interface IdentityPlan {
  readonly tenant: string;
  /** Full name, as acme-web. */
  readonly namespace: string;
  readonly account: string;
  readonly policies: readonly string[];
  /** Who may take the role, in IAM's policy language. */
  readonly trust: string;
}

/** Identities of all tenants; none where the platform is no cluster on EKS, which config/crosschecks refuses to ask for. */
export function planIdentities({ platform, tenants }: Estate): IdentityPlan[] {
  if (platform.kind !== "eks") return [];
  const cluster = clusterArn(platform);
  return tenants.flatMap((tenant) =>
    Object.entries(tenant.identities).map(([account, { namespace, policies }]) => {
      const full = identityNamespace(tenant, namespace)?.name ?? tenant.id;
      return { tenant: tenant.id, namespace: full, account, policies, trust: pinnedTrust(cluster, full, account) };
    }),
  );
}

/**
 * EKS stamps each session with where the pod is, and pods cannot choose these tags. An association made by mistake, or
 * on another cluster with a namespace of the same name, gets nowhere with this role.
 */
function pinnedTrust(cluster: string, namespace: string, account: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-arn": cluster,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": account,
          },
        },
      },
    ],
  });
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
