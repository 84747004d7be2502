import type { Estate, Tenant } from "../../config/estate";
import { type Architecture, architectureOf } from "../../config/machines";
import { POOL_TAG, SHARED_POOL, SYSTEM_POOL, SYSTEM_TAINT, TAINT_EFFECTS, TENANT_LABEL } from "../../config/names";
import { poolOf, scalingOf, zonesOf } from "../../config/pools";
import { amount } from "../../config/quantity";
import {
  type EksPlatform,
  type GvisorRelease,
  type Image,
  type Runtime,
  type Scaling,
  tenantPool,
} from "../../config/schema";
import { tenantNodeSelector } from "../runtime/plan";
import { STARTUP_TAINTS, type Taint } from "./spelling";

/** Nodes that are alike, whatever makes them. */
export interface PoolPlan {
  /** A tenant's id, `system` or `shared`. */
  readonly name: string;
  /** Tenant whose pods alone run here; undefined for the cluster's own nodes and for the shared ones. */
  readonly owner: string | undefined;
  /** Who makes and ends the nodes. */
  readonly scaling: Scaling;
  /** Kubernetes minor of the nodes, as 1.36. */
  readonly kubernetes: string;
  /** Machine types, the preferred first; all of one architecture. */
  readonly machines: readonly string[];
  readonly architecture: Architecture;
  readonly min: number;
  readonly max: number;
  /** Pods that the owner may have at most; undefined for pools of nobody. */
  readonly pods: number | undefined;
  /** Hours after which a node is replaced, where whoever scales the pool knows the age of nodes. */
  readonly maxNodeAge: number;
  /** Names of the availability zones that the nodes are spread over. */
  readonly zones: readonly string[];
  readonly image: Image;
  /** Disk of each node for images and what pods write, in GiB. */
  readonly diskGiB: number;
  readonly runtime: Runtime;
  /** What the nodes install when they start; undefined for `runtime: native`. */
  readonly sandbox: GvisorRelease | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Those that go when the node has all that it needs. */
  readonly startupTaints: readonly Taint[];
  /** `on`: neither a replacement nor a removal passes the preview. */
  readonly protection: "on" | "off";
}

/** Every pool of a cluster that Bulkhead makes, the system pool first; none where the nodes are there already. */
export function planPools({ platform, tenants }: Estate): PoolPlan[] {
  if (platform.kind !== "eks") return [];
  const shares = tenants.some(({ isolation }) => isolation.nodes === "shared");
  const owners = tenants.filter(({ isolation }) => isolation.nodes === "dedicated");
  return [
    systemPool(platform),
    ...(shares ? [sharedPool(platform)] : []),
    ...owners.map((tenant) => tenantsPool(tenant, platform)),
  ];
}

/** Without NoExecute: what the cloud runs on every node tolerates it, what an administrator adds may not. */
function systemPool(platform: EksPlatform): PoolPlan {
  const taint: Taint = { key: SYSTEM_TAINT, value: "true", effect: "NoSchedule" };
  const labels = { [POOL_TAG]: SYSTEM_POOL };
  return { ...commonPool(SYSTEM_POOL, platform.system, platform), labels, taints: [taint] };
}

function sharedPool(platform: EksPlatform): PoolPlan {
  const { scaling, shared } = platform;
  const { min = scaling === "managed" ? 1 : 0 } = shared;
  return { ...commonPool(SHARED_POOL, { ...shared, min }, platform), scaling };
}

function tenantsPool(tenant: Tenant, platform: EksPlatform): PoolPlan {
  const { id, isolation, state, budget } = tenant;
  const { zones, maxNodeAge, ...size } = poolOf(tenant, platform);
  const { runtime } = isolation;
  return {
    ...commonPool(id, size, platform),
    owner: id,
    scaling: scalingOf(tenant, platform),
    pods: budget.pods,
    maxNodeAge,
    // The first zones as they are written: another zone of the network leaves every pool where it is.
    zones: zonesOf(platform).slice(0, zones),
    runtime,
    sandbox: runtime === "gvisor" ? platform.sandbox.gvisor : undefined,
    labels: tenantNodeSelector(tenant, platform),
    startupTaints: runtime === "kata" ? [STARTUP_TAINTS.kata] : [],
    taints: TAINT_EFFECTS.map((effect) => ({ key: TENANT_LABEL, value: id, effect })),
    protection: state === "leaving" ? "off" : protectionOf(id, platform),
  };
}

type Size = EksPlatform["system"];

function commonPool(name: string, { machines, image, min, max, disk }: Size, platform: EksPlatform): PoolPlan {
  return {
    name,
    owner: undefined,
    scaling: "managed",
    kubernetes: platform.version,
    machines,
    architecture: architectureOf(machines[0] ?? ""),
    min,
    max,
    pods: undefined,
    maxNodeAge: DEFAULT_AGE,
    zones: zonesOf(platform),
    image: image ?? platform.image,
    diskGiB: gibibytes(disk),
    runtime: "native",
    sandbox: undefined,
    labels: {},
    taints: [],
    startupTaints: [],
    protection: protectionOf(name, platform),
  };
}

const DEFAULT_AGE = tenantPool.parse({}).maxNodeAge;

const GIBIBYTE = 1024n ** 3n * 1000n;

/** Disks are sold in whole ones. */
function gibibytes(disk: string): number {
  return Number((amount(disk) + GIBIBYTE - 1n) / GIBIBYTE);
}

function protectionOf(name: string, { deletionProtection, replace }: EksPlatform): PoolPlan["protection"] {
  return replace.includes(name) ? "off" : deletionProtection;
}
