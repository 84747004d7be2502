import type { IdentityPlan } from "../../components/identity/plan";
import type { Plan } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { couldBeNamespaceOf } from "../../config/names";

const PODS = "pods.eks.amazonaws.com";
const PINS = ["eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"].map(
  (tag) => `aws:RequestTag/${tag}`,
);
const [, NAMESPACE = ""] = PINS;

interface Statement {
  readonly Effect: string;
  readonly Principal?: Readonly<Record<string, unknown>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Roles of other tenants that pods of this one could take, read from what the roles' trust says and nothing else. */
export function reachableRoles({ identities }: Plan, { tenant }: TenantPlan): string[] {
  return identities
    .filter((identity) => identity.tenant !== tenant.id)
    .flatMap((identity) => ways(identity, tenant.id));
}

function ways({ tenant, namespace, account, trust }: IdentityPlan, id: string): string[] {
  const role = `the role of ${namespace}/${account}, of ${tenant},`;
  const { Statement } = JSON.parse(trust) as { readonly Statement: readonly Statement[] };
  return Statement.filter(({ Effect }) => Effect !== "Deny").flatMap(({ Principal = {}, Condition = {} }) => {
    if (JSON.stringify(Principal) !== JSON.stringify({ Service: PODS })) return [`${role} trusts others than pods`];
    // What StringEquals does not name by one value is not asked for, whatever other operators say.
    const asked = Condition.StringEquals ?? {};
    const open = PINS.filter((pin) => typeof asked[pin] !== "string");
    if (open.length > 0) return [`${role} does not ask for ${open.map((pin) => pin.split("/").at(-1)).join(", ")}`];
    return couldBeNamespaceOf(id, String(asked[NAMESPACE])) ? [`${role} lets in pods of ${asked[NAMESPACE]}`] : [];
  });
}
