import type { Estate } from "../../config/estate";
import type { Problem } from "../../config/problems";
import type { Parent } from "../../config/schema";
import type { EstateOutputs } from "../outputs";

/** What a stack exported last, as far as it is believed to be ours; nothing is, of one that was destroyed. */
export type Exported = Partial<Pick<EstateOutputs, "apart" | "tenants">>;

/** What became of asking for a stack's outputs. */
export type Asked = Exported | { readonly fault: string };

/**
 * A tenant must not live in two places: its own stack begins when the parent has let it go, and says so.
 * @param stack This stack, as staging-hooli.
 */
export function parentProblems({ stack: parent, tenant, cluster }: Parent, stack: string, asked: Asked): Problem[] {
  const path = ["parent"];
  if ("fault" in asked) {
    const rule = `cannot be asked whether it gives "${tenant}" a cluster of its own (${asked.fault}); deploy it first: pulumi up --stack ${parent}`;
    return [{ path: [...path, "stack"], value: parent, rule }];
  }
  const given = asked.apart?.[tenant];
  if (given?.stack === stack) {
    if (given.parent === cluster) return [];
    const rule = `is not the cluster of stack ${parent}, which is ${given.parent}; run: npx bulkhead stacks --stack ${parent} --write`;
    return [{ path: [...path, "cluster"], value: cluster, rule }];
  }
  const where = given ? `, but to stack ${given.stack}` : place(asked, tenant);
  const rule = `does not give "${tenant}" to this stack${where}; a tenant lives in one place: write tenants.${tenant}.isolation.cluster: dedicated in Pulumi.${parent}.yaml, deploy that, then run: npx bulkhead stacks --stack ${parent} --write`;
  return [{ path: [...path, "stack"], value: parent, rule }];
}

function place({ tenants }: Exported, tenant: string): string {
  return tenants?.[tenant] ? ", since it still has the tenant on its own cluster" : ", which knows no such tenant";
}

/** In the engine's words (pulumi/pulumi, pkg/backend/backend.go). */
function isGone({ fault }: { readonly fault: string }): boolean {
  return fault.startsWith("unknown stack");
}

/** A stack that this one gave a tenant to and that it knows nothing of any more. */
export interface Orphan {
  readonly tenant: string;
  readonly stack: string;
}

/** Whether what this stack gave away before can be told at all: a stack that never was deployed gave nothing. */
export function memoryProblems(before: Asked): Problem[] {
  if (!("fault" in before) || isGone(before)) return [];
  const rule = `cannot be judged: which of them this stack gave a cluster of their own is not known (${before.fault}); run it again when the state can be read`;
  return [{ path: ["tenants"], rule }];
}

/** Stacks of tenants that had a cluster of their own in the last deployment, and are not to have it any more. */
export function orphansOf({ apart, guardrails }: Estate, before: Asked): Orphan[] {
  const given = "fault" in before ? {} : (before.apart ?? {});
  const kept = new Set([...apart.map(({ tenant }) => tenant.id), ...guardrails.removals]);
  return Object.entries(given)
    .filter(([tenant]) => !kept.has(tenant))
    .map(([tenant, { stack }]) => ({ tenant, stack }));
}

/** What would be left of an orphan: nothing of one that was destroyed. */
export function orphanProblems({ tenant, stack }: Orphan, asked: Asked, { tenants }: Estate): Problem[] {
  if ("fault" in asked) {
    if (isGone(asked)) return [];
    const rule = `cannot be let go: whether stack ${stack} still has the tenant is not known (${asked.fault})`;
    return [{ path: ["tenants", tenant], rule }];
  }
  // One that was destroyed has no outputs.
  if (asked.tenants?.[tenant] === undefined) return [];
  const [path, what] = tenants.some(({ id }) => id === tenant)
    ? [["tenants", tenant, "isolation", "cluster"], "would have it live in two places"]
    : [["tenants", tenant], "would leave its cluster to nobody"];
  const rule = `${what}: stack ${stack} still has the tenant on a cluster of its own; destroy that first (pulumi destroy --stack ${stack}), or name the tenant in guardrails.removals`;
  return [{ path, rule }];
}
