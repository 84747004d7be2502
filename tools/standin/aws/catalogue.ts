import { zonesOf } from "./account";
import { type Machine, machineOf } from "./machines";

/** A machine type as Karpenter's kwok provider reads it from a file. */
export interface InstanceType {
  readonly name: string;
  readonly architecture: Machine["architecture"];
  readonly operatingSystems: readonly ["linux"];
  readonly resources: Readonly<Record<string, string>>;
  readonly offerings: readonly Offering[];
}

interface Offering {
  /** Dollars an hour, near enough for the order of types to be right. */
  readonly Price: number;
  readonly Available: true;
  readonly Requirements: readonly {
    readonly key: string;
    readonly operator: "In";
    readonly values: readonly [string];
  }[];
}

const FAMILIES = `c5 c6a c6g c6i c7a c7g c7i m5 m6a m6g m6i m7a m7g m7i m7i-flex r5 r6a r6g r6i r7a r7g r7i
  t3 t3a t4g i4i x2idn z1d g5`.split(/\s+/);
const SIZES = "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge metal".split(" ");

/** What of a core and of a GiB an hour costs (m7i in eu-central-1, on demand, over the two), and a spot machine of that. */
const PRICE = { cpu: 0.035, gib: 0.006, spot: 0.4 };

/** EC2's default disk for a node, of which a node class may ask for more. */
const DISK = "20Gi";

/** What there is to choose from in a region. A type that is not in it exists for managed groups only. */
export function catalogueOf(region: string): InstanceType[] {
  return FAMILIES.flatMap((family) => SIZES.map((size) => `${family}.${size}`)).flatMap((name) => {
    const machine = machineOf(name);
    return machine ? [instanceType(name, machine, region)] : [];
  });
}

function instanceType(name: string, machine: Machine, region: string): InstanceType {
  const { cpus, memoryGib, architecture, pods } = machine;
  const resources = { cpu: `${cpus}`, memory: `${memoryGib}Gi`, pods: `${pods}`, "ephemeral-storage": DISK };
  const price = cpus * PRICE.cpu + memoryGib * PRICE.gib;
  const offerings = zonesOf(region).flatMap((zone) => [
    offering(price, { ...described(name, machine), ...where(region, zone), "karpenter.sh/capacity-type": "on-demand" }),
    offering(price * PRICE.spot, {
      ...described(name, machine),
      ...where(region, zone),
      "karpenter.sh/capacity-type": "spot",
    }),
  ]);
  return { name, architecture, operatingSystems: ["linux"], resources, offerings };
}

function offering(Price: number, labels: Readonly<Record<string, string>>): Offering {
  const Requirements = Object.entries(labels).map(
    ([key, value]) => ({ key, operator: "In", values: [value] }) as const,
  );
  return { Price, Available: true, Requirements };
}

function where(region: string, zone: string): Record<string, string> {
  return { "topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": zone };
}

/** The labels that Karpenter derives from a type on AWS (karpenter.sh, "Well-Known Labels"), as far as a pool may ask for them. */
function described(name: string, { cpus, memoryGib }: Machine): Record<string, string> {
  const [family = "", size = ""] = name.split(".");
  const [, category = "", generation = ""] = /^([a-z]+)(\d+)/.exec(family) ?? [];
  return {
    "karpenter.k8s.aws/instance-category": category,
    "karpenter.k8s.aws/instance-family": family,
    "karpenter.k8s.aws/instance-generation": generation,
    "karpenter.k8s.aws/instance-size": size,
    "karpenter.k8s.aws/instance-cpu": String(cpus),
    "karpenter.k8s.aws/instance-memory": String(memoryGib * 1024),
  };
}
