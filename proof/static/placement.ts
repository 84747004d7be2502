import type { RuntimeClass } from "kubernetes-types/node/v1";
import type { TenantPlan } from "../../components/tenant/plan";
import { ANNOTATIONS, TENANT_LABEL } from "../../config/names";

/** Where the tenant's class could lead its pods besides its own nodes. */
export function placementProblems({ tenant, runtimeClasses, spaces, runtimeClassName }: TenantPlan): string[] {
  const dedicated = tenant.isolation.nodes === "dedicated";
  return [
    ...runtimeClasses.flatMap((manifest) => classProblems(manifest as RuntimeClass, tenant.id, dedicated)),
    ...spaces.flatMap(({ namespace: { metadata } }) =>
      metadata.annotations?.[ANNOTATIONS.runtimeClass] === runtimeClassName
        ? []
        : [`${metadata.name} does not demand the tenant's class`],
    ),
    ...(dedicated && runtimeClasses.length === 0 ? ["there is no class that leads to its nodes"] : []),
  ];
}

function classProblems({ metadata, scheduling }: RuntimeClass, id: string, dedicated: boolean): string[] {
  const name = metadata?.name ?? "";
  const selected = scheduling?.nodeSelector?.[TENANT_LABEL];
  const foreign = (scheduling?.tolerations ?? []).filter(
    ({ key, operator, value }) => key !== TENANT_LABEL || operator !== "Equal" || value !== id || !dedicated,
  );
  return [
    ...(dedicated === (selected === id) ? [] : [`${name} selects ${selected ?? "any tenant's"} nodes`]),
    ...(foreign.length === 0 ? [] : [`${name} tolerates more than the tenant's own taint`]),
  ];
}
