import type { Tenant } from "../../config/estate";

/** The one audience of the token that EKS Pod Identity mounts into a pod whose account has a role. */
const POD_IDENTITY = "pods.eks.amazonaws.com";

/** For whom tokens of the tenant's accounts may be made besides the API server. */
export function tokenAudiences({ tokenAudiences: named, identities }: Tenant): string[] {
  return [...new Set([...named, ...(Object.keys(identities).length > 0 ? [POD_IDENTITY] : [])])];
}
