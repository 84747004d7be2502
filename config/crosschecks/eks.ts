import type { Tenant } from "../estate";
import { architectureOf, isMachine } from "../machines";
import { SHARED_POOL, SYSTEM_POOL } from "../names";
import { poolOf, zonesOf } from "../pools";
import { didYouMean, type Problem } from "../problems";
import { amount } from "../quantity";
import type { EksPlatform, Image } from "../schema";
import type { Draft } from "./index";
import { kataProblems } from "./kata";
import { reachProblems } from "./reach";

/** What EKS would refuse only after minutes, or would take and never do. */
export function eksProblems(draft: Draft): Problem[] {
  const { platform, tenants } = draft;
  if (platform?.kind !== "eks") return [];
  const owners = tenants.filter(({ isolation }) => isolation.nodes === "dedicated");
  return [
    ...machineProblems(platform, owners),
    ...diskProblems(platform, owners),
    ...owners.flatMap((tenant) => [...shapeProblems(tenant, platform), ...nameProblems(tenant)]),
    ...replaceProblems(platform, draft),
    ...tenants.flatMap(runtimeProblems),
    ...kataProblems(platform, tenants),
    ...owners.flatMap((tenant) => imageProblems(tenant, platform)),
    ...sandboxProblems(
      platform,
      owners.filter(({ isolation }) => isolation.runtime === "gvisor"),
    ),
  ];
}

function machineProblems(platform: EksPlatform, owners: readonly Tenant[]): Problem[] {
  const lists: [readonly PropertyKey[], readonly string[]][] = [
    [["platform", "system", "machines"], platform.system.machines],
    [["platform", "shared", "machines"], platform.shared.machines],
    [["platform", "machines"], platform.machines],
    ...owners.map(({ id, pool }): [string[], string[]] => [["tenants", id, "pool", "machines"], pool?.machines ?? []]),
  ];
  return lists.flatMap(([path, machines]) => [...misspelled(path, machines), ...mixed(path, machines)]);
}

function misspelled(path: readonly PropertyKey[], machines: readonly string[]): Problem[] {
  return machines.flatMap((value, index) => {
    if (isMachine(value)) return [];
    return [{ path: [...path, index], value, rule: "is not a machine type; write family and size, as m7i.xlarge" }];
  });
}

function mixed(path: readonly PropertyKey[], machines: readonly string[]): Problem[] {
  const [first = "", ...rest] = machines.filter(isMachine);
  const stranger = rest.find((machine) => architectureOf(machine) !== architectureOf(first));
  if (stranger === undefined) return [];
  const rule = `is ${architectureOf(stranger)} beside ${first}, which is ${architectureOf(first)}; a pool has one image, so name machines of one architecture`;
  return [{ path: [...path, machines.indexOf(stranger)], value: stranger, rule }];
}

/** Amazon EKS user guide, "Managed node groups": 20 GiB by default, which is what the image was made on; EC2 takes no less. */
const LEAST_DISK = "20Gi";

function diskProblems(platform: EksPlatform, owners: readonly Tenant[]): Problem[] {
  const { system, shared, image } = platform;
  const disks: [readonly PropertyKey[], string, Image][] = [
    [["platform", "system", "disk"], system.disk, system.image ?? image],
    [["platform", "shared", "disk"], shared.disk, shared.image ?? image],
    ...owners.map((tenant): [string[], string, Image] => {
      const pool = poolOf(tenant, platform);
      return [["tenants", tenant.id, "pool", "disk"], pool.disk, pool.image];
    }),
  ];
  return disks.flatMap(([path, value, from]) => {
    // Elsewhere the image has a disk of its own, and this one holds containers only.
    if (from !== "al2023" || amount(value) >= amount(LEAST_DISK)) return [];
    return [{ path, value, rule: `is less than the image al2023 is itself; write at least ${LEAST_DISK}` }];
  });
}

function shapeProblems({ id, pool }: Tenant, platform: EksPlatform): Problem[] {
  if (!pool) return [];
  const zones = zonesOf(platform);
  if (pool.zones <= zones.length) return [];
  const rule = `is more than the network has (${zones.join(", ")}); lower it`;
  return [{ path: ["tenants", id, "pool", "zones"], value: pool.zones, rule }];
}

/** `system` is nobody's id anyway. */
function nameProblems({ id }: Tenant): Problem[] {
  if (id !== SHARED_POOL) return [];
  return [{ path: ["tenants", id], value: id, rule: "is what the pool of shared nodes is called; choose another id" }];
}

function replaceProblems({ replace }: EksPlatform, { ids, complete }: Draft): Problem[] {
  const pools = [SYSTEM_POOL, SHARED_POOL, ...ids];
  if (!complete) return [];
  return replace.flatMap((value, index): Problem[] => {
    if (pools.includes(value)) return [];
    const rule = `is not a pool of this estate (system, shared, or as its tenant)${didYouMean(value, pools)}`;
    return [{ path: ["platform", "replace", index], value, rule }];
  });
}

function runtimeProblems({ id, isolation: { nodes, runtime } }: Tenant): Problem[] {
  const path = ["tenants", id, "isolation", "runtime"];
  if (runtime !== "gvisor" || nodes === "dedicated") return [];
  const rule =
    "is installed on no shared node of EKS; write isolation: { nodes: dedicated, runtime: gvisor }, or runtime: native";
  return [{ path, value: runtime, rule }];
}

/** bottlerocket-os/bottlerocket#811: no gVisor; and kata-deploy has nowhere to write. */
function imageProblems({ id, isolation: { runtime }, pool }: Tenant, { image }: EksPlatform): Problem[] {
  if (runtime === "native" || (pool?.image ?? image) !== "bottlerocket") return [];
  const why = `its root cannot be written and it runs no scripts, so ${runtime} cannot be installed`;
  if (pool?.image === undefined) {
    const rule = `does not run on platform.image: bottlerocket, ${why}; write pool: { image: al2023 } for this tenant`;
    return [{ path: ["tenants", id, "isolation", "runtime"], value: runtime, rule }];
  }
  const rule = `does not run ${runtime}: ${why}; write al2023, or isolation.runtime: native`;
  return [{ path: ["tenants", id, "pool", "image"], value: pool.image, rule }];
}

function sandboxProblems(platform: EksPlatform, sandboxed: readonly Tenant[]): Problem[] {
  const path = ["platform", "sandbox", "gvisor"];
  const { gvisor } = platform.sandbox;
  const wanted = new Map(
    sandboxed.map((tenant) => [architectureOf(poolOf(tenant, platform).machines[0] ?? ""), tenant]),
  );
  const undigested = [...wanted].flatMap(([architecture, { id }]): Problem[] => {
    if (gvisor.sha512[architecture] !== undefined) return [];
    return [
      { path: [...path, "sha512", architecture], rule: `is missing; the nodes of tenant "${id}" are of that kind` },
    ];
  });
  if (sandboxed.length === 0) return undigested;
  return [...undigested, ...reachProblems(platform, [...path, "source"], gvisor.source)];
}
