import type { Node } from "kubernetes-types/core/v1";
import type { Estate, Tenant } from "../../config/estate";
import { IMAGE_HANDLERS, NATIVE_HANDLERS } from "../../config/handlers";
import { runtimeClassName, TENANT_LABEL } from "../../config/names";
import { runtimeHandler } from "../../config/platform";
import { poolOf } from "../../config/pools";
import type { Problem } from "../../config/problems";
import type { Platform, Runtime } from "../../config/schema";
import { STARTUP_TAINTS } from "../pool/spelling";
import { tenantNodeSelector, tenantRuntimeClass } from "./plan";

/** What a live cluster says of container runtimes. */
export interface LiveRuntimes {
  /** Nodes of each tenant, and under `undefined` those that are nobody's: only such as report their handlers. */
  readonly reporting: ReadonlyMap<string | undefined, readonly ReportingNode[]>;
  /** Handler that each class names, by the class's name. */
  readonly classes: ReadonlyMap<string, string>;
}

interface ReportingNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly handlers: readonly string[];
}

export const UNKNOWN_RUNTIMES: LiveRuntimes = { reporting: new Map(), classes: new Map() };

/**
 * Kubelets report handlers where a feature that needs them is on (KEP-3857, KEP-127), by default since Kubernetes 1.31; a
 * node that reports none is not judged. Whichever is the default is told a second time, without a name.
 */
export function liveRuntimes(nodes: readonly Node[], classes: ReadonlyMap<string, string>): LiveRuntimes {
  const reporting = new Map<string | undefined, ReportingNode[]>();
  for (const { metadata, spec, status } of nodes) {
    const { name = "(unnamed)", labels = {} } = metadata ?? {};
    if (!status?.runtimeHandlers?.length || isStarting(spec)) continue;
    const handlers = status.runtimeHandlers.flatMap((handler) => handler.name || []);
    const owner = labels[TENANT_LABEL];
    reporting.set(owner, [...(reporting.get(owner) ?? []), { name, labels, handlers }]);
  }
  return { reporting, classes };
}

/** What is still to be installed cannot be reported yet. */
function isStarting(spec: Node["spec"]): boolean {
  const starting = Object.values(STARTUP_TAINTS).map(({ key }) => key as string);
  return (spec?.taints ?? []).some(({ key }) => starting.includes(key));
}

/**
 * Handler that the tenant's class names: what the platform says, else the one for plain containers that all of the
 * tenant's nodes have. A class keeps the one that it names for as long as they have it: it would have to be made anew.
 */
export function handlerOf(tenant: Pick<Tenant, "id" | "isolation" | "pool">, platform: Platform, live: LiveRuntimes) {
  const { runtime } = tenant.isolation;
  const said = runtimeHandler(platform, runtime);
  if (said !== undefined || runtime !== "native") return said;
  if (platform.kind === "eks") return IMAGE_HANDLERS[poolOf(tenant, platform).image];
  const named = live.classes.get(runtimeClassName(tenant.id));
  const known = Object.values<string>(NATIVE_HANDLERS);
  const kept = known.filter((handler) => handler === named);
  const nodes = selectedNodes(tenant, platform, live);
  const [first] = [...kept, ...known];
  return [...kept, ...known].find((handler) => nodes.every(({ handlers }) => handlers.includes(handler))) ?? first;
}

/** Nodes on which the tenant's class names a handler that they do not have: its pods would start there never. */
export function handlerProblems({ platform, tenants }: Estate, live: LiveRuntimes): Problem[] {
  const problems = tenants
    .filter((tenant) => tenant.state !== "leaving" && tenantRuntimeClass(tenant) !== undefined)
    .flatMap((tenant) => {
      const handler = handlerOf(tenant, platform, live);
      if (handler === undefined || isAboutToChange(tenant, handler, platform, live)) return [];
      const lacking = selectedNodes(tenant, platform, live).filter(({ handlers }) => !handlers.includes(handler));
      return lacking.map((node) => problemOf(node, handler, tenant, platform));
    });
  // Tenants that share a node's sandbox share what is wrong with it.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/**
 * Where the nodes are made by the same deployment as the class, those that are there are the last one's. A class changes
 * after its nodes, so as long as it names something else, nodes without the new handler are on their way out.
 */
function isAboutToChange({ id }: Tenant, handler: string, { kind }: Platform, { classes }: LiveRuntimes): boolean {
  return kind === "eks" && classes.get(runtimeClassName(id)) !== handler;
}

/** Where the tenant's class leads. Tenants' own nodes repel all others; a node that names none may call it anything. */
function selectedNodes(
  tenant: Pick<Tenant, "id" | "isolation" | "pool">,
  platform: Platform,
  { reporting }: LiveRuntimes,
): ReportingNode[] {
  const { nodes, runtime } = tenant.isolation;
  const wanted = Object.entries(tenantNodeSelector(tenant, platform));
  return (reporting.get(nodes === "dedicated" ? tenant.id : undefined) ?? [])
    .filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value))
    .filter(({ handlers }) => runtime !== "native" || handlers.length > 0);
}

function problemOf({ name, handlers }: ReportingNode, handler: string, tenant: Tenant, platform: Platform): Problem {
  const { runtime } = tenant.isolation;
  const has = handlers.join(", ") || "only the default";
  const path = ["node", name];
  if (runtime !== "native") {
    const rule = `says it runs ${runtime}, but its handlers are ${has}, not "${handler}"; ${sandboxRemedy(runtime, platform)}`;
    return { path, rule };
  }
  const rule = `has no handler "${handler}", by which the class of tenant "${tenant.id}" starts plain containers (${has}); ${nativeRemedy(handlers, platform)}`;
  return { path, rule };
}

function sandboxRemedy(runtime: Runtime, platform: Platform): string {
  if (platform.kind === "eks") return "end the node, and the one that takes its place installs it";
  return `correct platform.capabilities.runtimes.${runtime} or the node's container runtime`;
}

function nativeRemedy(handlers: readonly string[], platform: Platform): string {
  if (platform.kind === "eks") return "end the node, or choose machines that the pool's image is made for";
  const meant = Object.values<string>(NATIVE_HANDLERS).find((known) => handlers.includes(known));
  if (platform.capabilities.runtimes.native === undefined && meant !== undefined) {
    return "a tenant has one class, so give all its nodes one image";
  }
  return `write platform.capabilities.runtimes.native: ${meant ?? "and which of those it is"}`;
}
