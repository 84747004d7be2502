/** What a machine type brings, by what its name says of it. */
export interface Machine {
  readonly cpus: number;
  readonly memoryGib: number;
  readonly architecture: "amd64" | "arm64";
  /** As many as the addresses of its network interfaces, and no more than 110 below 30 cores, 250 above. */
  readonly pods: number;
}

/** GiB for each core, by the letters that a family begins with. EC2 instance types guide, "Specifications". */
const MEMORY: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 4, i: 8, x: 16, z: 8, g: 4, p: 8, d: 8 };

/** Bursting machines have two cores up to large, and less memory the smaller they are. */
const BURSTING: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4, large: 8 };

/** The largest of a family, which is the whole server. */
const METAL = 96;

/** Undefined: there is no such machine type. */
export function machineOf(type: string): Machine | undefined {
  const [, letters = "", generation = "", size = ""] =
    /^([a-z]+)(\d+[a-z]*(?:-[a-z0-9]+)?)\.([a-z0-9-]+)$/.exec(type) ?? [];
  const ratio = MEMORY[letters];
  const cpus = letters === "t" && size in BURSTING ? 2 : coresOf(size);
  if (ratio === undefined || cpus === undefined) return undefined;
  const memoryGib = letters === "t" ? (BURSTING[size] ?? cpus * ratio) : cpus * ratio;
  const architecture = /^\d+[a-z]*g/.test(generation) ? "arm64" : "amd64";
  return { cpus, memoryGib, architecture, pods: podsOf(cpus) };
}

function coresOf(size: string): number | undefined {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  if (size === "xlarge") return 4;
  if (size === "metal") return METAL;
  const times = /^(\d+)xlarge$|^metal-(\d+)xl$/.exec(size);
  return times ? 4 * Number(times[1] ?? times[2]) : undefined;
}

/** Amazon EKS user guide, "Choose an optimal Amazon EC2 node instance type": addresses without prefix delegation. */
function podsOf(cpus: number): number {
  if (cpus <= 1) return 8;
  if (cpus <= 2) return 29;
  if (cpus <= 8) return 58;
  return cpus < 30 ? 110 : 250;
}
