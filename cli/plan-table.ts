import Table from "cli-table3";
import type { Plan } from "../components/plan";
import type { TenantPlan } from "../components/tenant/plan";
import { capabilitiesOf, poolsOf } from "../config/platform";
import { formatBytes, formatCount } from "../config/quantity";
import type { Platform } from "../config/schema";
import { shares } from "../config/shares";

/** The plan as people read it before anything is made: who gets what, what that keeps apart and what it does not. */
export function planTable({ estate, tenants }: Plan): string {
  const table = new Table({
    head: ["tenant", "isolation", "namespaces", "nodes", "budget", "kept from others", "still shared"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 30, 30],
  });
  for (const plan of tenants) table.push(row(plan, estate.platform));
  return table.toString();
}

function row(plan: TenantPlan, platform: Platform): string[] {
  const { tenant } = plan;
  const { cluster, nodes, runtime } = tenant.isolation;
  return [
    tenant.state === "active" ? tenant.id : `${tenant.id}\n(${tenant.state})`,
    `cluster ${cluster}\nnodes ${nodes}\nruntime ${runtime}`,
    tenant.namespaces.map(({ name }) => name).join("\n"),
    poolText(plan, platform),
    budgetText(plan),
    claims(plan, platform).join(", "),
    residuals(plan).join(", "),
  ];
}

function poolText({ tenant }: TenantPlan, platform: Platform): string {
  const pools = poolsOf(platform, tenant);
  if (pools.length > 0) return pools.map(({ name, nodes }) => `${name} (${nodes})`).join("\n");
  return tenant.isolation.nodes === "dedicated" ? `${tenant.pool?.min ?? 0} to ${tenant.pool?.max ?? "any"}` : "shared";
}

function budgetText({ tenant }: TenantPlan): string {
  const divided = [...shares(tenant).values()];
  const sum = (pick: (share: (typeof divided)[number]) => bigint) =>
    divided.reduce((total, share) => total + pick(share), 0n);
  const cpu = formatCount(sum((share) => share.cpu));
  const memory = formatBytes(sum((share) => share.memory));
  return `cpu ${cpu}\nmemory ${memory}\npods ${formatCount(sum((share) => share.pods))}`;
}

/** What the plan holds for this tenant; a staged roll-out and a network plugin that looks away hold nothing. */
export function claims({ tenant, mode }: TenantPlan, platform: Platform): string[] {
  const held = mode === "enforce" ? ["API objects", "budget", "pods' privileges"] : ["API objects", "budget"];
  if (capabilitiesOf(platform).networkPolicy === "enforced") held.push("network");
  if (tenant.isolation.nodes === "dedicated") held.push("nodes");
  if (tenant.isolation.runtime !== "native") held.push(`kernel (${tenant.isolation.runtime})`);
  return held;
}

/** What this tenant goes on sharing whatever else is done: printed always, so that nobody takes it for granted. */
export function residuals({ tenant }: TenantPlan): string[] {
  const { nodes, runtime } = tenant.isolation;
  const shared = ["API server", "DNS names"];
  if (nodes === "shared") shared.push("nodes");
  else shared.push("per-node agents");
  if (runtime === "native") shared.push(nodes === "shared" ? "kernel" : "kernel with its own pods only");
  return shared;
}

/** What the whole plan does not claim, one sentence each. */
export function caveats({ estate, tenants }: Plan): string[] {
  const staged = tenants.filter(({ mode }) => mode === "warn").map(({ tenant }) => tenant.id);
  return [
    ...(capabilitiesOf(estate.platform).networkPolicy === "enforced"
      ? []
      : [
          "network policies are made but unenforced: the platform does not say that its network plugin enforces them (capabilitiesOf(platform).networkPolicy)",
        ]),
    ...(staged.length === 0
      ? []
      : [`guardrails only warn for ${staged.join(", ")}: nothing about their pods is enforced`]),
  ];
}
