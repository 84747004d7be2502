import type { Tenant } from "../estate";
import { architectureOf, isMachine, virtualizationOf } from "../machines";
import { poolOf, scalingOf } from "../pools";
import type { Problem } from "../problems";
import { ageFault, KARPENTER } from "../releases";
import type { EksPlatform } from "../schema";
import { reachProblems } from "./reach";

const OTHERWISE = "the nearest choice without is runtime: gvisor";

/** Kata starts virtual machines, so its nodes have to be able to: by their hardware, or by an option that only Karpenter sets. */
export function kataProblems(platform: EksPlatform, tenants: readonly Tenant[]): Problem[] {
  const wanting = tenants.filter(({ isolation }) => isolation.runtime === "kata");
  return [
    ...wanting.flatMap((tenant) => homeProblems(tenant, platform)),
    ...(wanting.length > 0
      ? reachProblems(platform, ["platform", "sandbox", "kata", "image"], platform.sandbox.kata.image)
      : []),
  ];
}

function homeProblems(tenant: Tenant, platform: EksPlatform): Problem[] {
  const path = ["tenants", tenant.id, "isolation", "runtime"];
  if (tenant.isolation.nodes === "shared") {
    const rule = `is installed on no shared node of EKS; write isolation: { nodes: dedicated, runtime: kata } and machines that can run it; ${OTHERWISE}`;
    return [{ path, value: "kata", rule }];
  }
  const machines = poolOf(tenant, platform).machines.filter(isMachine);
  const rule = machineRule(machines, scalingOf(tenant, platform)) ?? hypervisorRule(machines, platform);
  return [...(rule === undefined ? [] : [{ path, value: "kata", rule }]), ...releaseProblems(machines, platform)];
}

function machineRule(machines: readonly string[], scaling: "managed" | "karpenter"): string | undefined {
  const kinds = machines.map(virtualizationOf);
  const [odd] = machines.filter((_, index) => kinds[index] === "none");
  if (scaling === "managed") {
    if (kinds.every((kind) => kind === "metal")) return undefined;
    return `needs hardware virtualization, which node groups on EKS silently leave off; write pool: { scaling: karpenter, machines: [m8i.xlarge] } with platform.karpenter, or machines that are *.metal; ${OTHERWISE}`;
  }
  if (odd !== undefined) {
    return `needs hardware virtualization, and ${odd} has none for its guests; write machines of c8i, m8i, r8i or newer, or *.metal; ${OTHERWISE}`;
  }
  if (new Set(kinds).size < 2) return undefined;
  return "is on *.metal and on virtual machines in one pool, and EC2 takes the option for nested ones of the latter only; name one kind";
}

function hypervisorRule(machines: readonly string[], { sandbox }: EksPlatform): string | undefined {
  const [first = ""] = machines;
  if (sandbox.kata.hypervisor !== "clh" || architectureOf(first) === "x86_64") return undefined;
  return `is Cloud Hypervisor, which kata-deploy has for x86_64 only, and ${first} is aarch64; write platform.sandbox.kata.hypervisor: qemu`;
}

function releaseProblems(machines: readonly string[], { karpenter }: EksPlatform): Problem[] {
  const nested = machines.some((machine) => virtualizationOf(machine) === "nested");
  if (!nested || !karpenter) return [];
  const rule = ageFault(karpenter.version, KARPENTER.nestedVirtualization);
  return rule === undefined ? [] : [{ path: ["platform", "karpenter", "version"], value: karpenter.version, rule }];
}
