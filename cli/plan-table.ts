import Table from "cli-table3";
import type { ApartPlan, Plan } from "../components/plan";
import { type Stranding, strandings } from "../components/pool/zones.plan";
import type { TenantPlan } from "../components/tenant/plan";
import { actorsOf } from "../config/actors";
import { administersItsCluster } from "../config/own-cluster";
import { accountIn, capabilitiesOf, poolsOf } from "../config/platform";
import { poolOf } from "../config/pools";
import { formatBytes, formatCount } from "../config/quantity";
import type { Platform } from "../config/schema";
import { shares } from "../config/shares";

/** The plan as people read it before anything is made: who gets what, what that keeps apart and what it does not. */
export function planTable(plan: Plan): string {
  const table = new Table({
    head: ["tenant", "isolation", "namespaces", "nodes", "budget", "kept from others", "still shared"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 30, 30],
  });
  const rows = [...plan.tenants.map((tenant) => row(tenant, plan)), ...plan.apart.map(rowApart)];
  for (const cells of rows.sort(([one = ""], [other = ""]) => (one < other ? -1 : 1))) table.push(cells);
  return table.toString();
}

/** Of a tenant with a cluster of its own nothing is made here; what it gets is in the plan of its own stack. */
function rowApart({ tenant, stack, cluster: own, parent }: ApartPlan): string[] {
  const { cluster, nodes, runtime } = tenant.isolation;
  const account = accountIn([own]);
  const others = [...new Set(actorsOf(tenant).flatMap(({ sharedWith }) => sharedWith))];
  return [
    tenant.id,
    `cluster ${cluster}\nnodes ${nodes}\nruntime ${runtime}`,
    "none here",
    `stack\n${stack}`,
    "none here",
    OWN.join(", "),
    [
      ...ownResiduals(account === accountIn([parent]) ? account : undefined),
      ...(others.length === 0 ? [] : [`people with ${others.join(", ")}`]),
    ].join(", "),
  ];
}

function row(plan: TenantPlan, whole: Plan): string[] {
  const { tenant } = plan;
  const { cluster, nodes, runtime } = tenant.isolation;
  return [
    tenant.state === "active" ? tenant.id : `${tenant.id}\n(${tenant.state})`,
    `cluster ${cluster}\nnodes ${nodes}\nruntime ${runtime}`,
    tenant.namespaces.map(({ name }) => name).join("\n"),
    poolText(plan, whole.estate.platform),
    budgetText(plan),
    claims(plan, whole).join(", "),
    residuals(plan, whole).join(", "),
  ];
}

function poolText({ tenant }: TenantPlan, platform: Platform): string {
  const pools = poolsOf(platform, tenant);
  if (pools.length > 0) return pools.map(({ name, nodes }) => `${name} (${nodes})`).join("\n");
  if (tenant.isolation.cluster === "dedicated" && tenant.isolation.nodes === "shared") return "all of its cluster";
  if (tenant.isolation.nodes === "shared") return "shared";
  const { min, max } = platform.kind === "eks" ? poolOf(tenant, platform) : { min: 0, max: "any", ...tenant.pool };
  return `${min} to ${max}`;
}

function budgetText({ tenant }: TenantPlan): string {
  const divided = [...shares(tenant).values()];
  const sum = (pick: (share: (typeof divided)[number]) => bigint) =>
    divided.reduce((total, share) => total + pick(share), 0n);
  const cpu = formatCount(sum((share) => share.cpu));
  const memory = formatBytes(sum((share) => share.memory));
  return `cpu ${cpu}\nmemory ${memory}\npods ${formatCount(sum((share) => share.pods))}`;
}

/**
 * What the plan holds for this tenant; a staged roll-out and a network plugin that looks away hold nothing. Roles,
 * quotas and network policies hold by themselves; a pod's place and sandbox are what guardrails make of them.
 */
export function claims(plan: TenantPlan, whole: Plan): string[] {
  const { tenant, mode } = plan;
  // Who may change the guards is held by none, and with a cluster to itself there is nobody to be kept from.
  if (administersItsCluster(tenant)) return OWN;
  const held = ["API objects", "budget"];
  if (mode === "enforce") held.push("pods' privileges");
  if (capabilitiesOf(whole.estate.platform).networkPolicy === "enforced") held.push("network");
  if (keepsNodes(plan, whole)) held.push("nodes");
  if (keepsKernel(plan)) held.push(`kernel (${tenant.isolation.runtime})`);
  return tenant.isolation.cluster === "dedicated" ? [...OWN, ...held.filter((what) => what !== "nodes")] : held;
}

/** Whoever is only warned may tolerate anybody's taint, so one such tenant is one too many for all. */
function keepsNodes({ tenant }: TenantPlan, { estate, tenants }: Plan): boolean {
  const enforced = estate.guardrails.mode === "enforce" && tenants.every(({ mode }) => mode === "enforce");
  return tenant.isolation.nodes === "dedicated" && enforced;
}

function keepsKernel({ tenant, mode }: TenantPlan): boolean {
  return tenant.isolation.runtime !== "native" && mode === "enforce";
}

/** What comes with a cluster of one's own. */
const OWN = ["control plane", "VPC", "nodes", "keys", "identities"];

/** What this tenant goes on sharing whatever else is done: printed always, so that nobody takes it for granted. */
export function residuals(plan: TenantPlan, whole: Plan): string[] {
  if (plan.tenant.isolation.cluster === "dedicated") return ownResiduals(plan.sharedAccount);
  const apart = keepsNodes(plan, whole);
  const shared = ["API server", "DNS names", apart ? "per-node agents" : "nodes"];
  if (!keepsKernel(plan)) shared.push(apart ? "kernel with its own pods only" : "kernel");
  return shared;
}

/** Of a tenant with a cluster of its own. */
function ownResiduals(account: string | undefined): string[] {
  return [...(account === undefined ? [] : [`cloud account ${account}`]), "the platform's administrators"];
}

/** What the whole plan does not claim, one sentence each. */
export function caveats({ estate, tenants }: Plan): string[] {
  const staged = tenants.filter(({ mode }) => mode === "warn").map(({ tenant }) => tenant.id);
  return [
    ...(capabilitiesOf(estate.platform).networkPolicy === "enforced"
      ? []
      : [
          "network policies are made but unenforced: the platform does not say that its network plugin enforces them (platform.capabilities.networkPolicy)",
        ]),
    ...(staged.length === 0
      ? []
      : [`guardrails only warn for ${staged.join(", ")}: nothing about their pods is enforced`]),
    ...(estate.guardrails.mode === "warn"
      ? ["guardrails.mode is warn: the guards of namespaces themselves only warn, for every tenant"]
      : []),
    ...strandings(estate).map(strandingText),
  ];
}

function strandingText({ pool: { name, owner, min, zones }, tenants }: Stranding): string {
  const more = `${owner === undefined ? `platform.${name}` : "pool"}.min: ${zones.length}`;
  const wayOut = owner === undefined ? more : `pool.zones: 1, ${more}`;
  return `pods with volumes of ${tenants.join(", ")} may wait for ever: a volume stays in its zone, and of the ${zones.length} zones of pool ${name} some may be without a node (min is ${min}); write ${wayOut}, or scaling: karpenter`;
}
