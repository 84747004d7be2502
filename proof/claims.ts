import type { TenantPlan } from "../components/tenant/plan";
import { administersItsCluster } from "../config/own-cluster";

/** A sentence about a tenant, and the attacks that would make it a lie. */
export interface Claim {
  readonly id: string;
  /** A word or two for the head of a column. */
  readonly title: string;
  readonly sentence: (tenant: TenantPlan) => string;
  /** Whether it is said of this tenant at all. Unset: of everyone. */
  readonly of?: (tenant: TenantPlan) => boolean;
  /** Threats whose attacks are the evidence. */
  readonly threats: readonly string[];
  /** Whose attacks: the tenant's own, when it is contained by them, or everybody else's, when it is kept from them. */
  readonly attackedBy: "itself" | "others";
  /** The most that answers of an API server can show; unset: that it is enforced. */
  readonly atMost?: "derived";
}

const hasOwnCluster = ({ tenant }: TenantPlan) => tenant.isolation.cluster === "dedicated";
const hasOwnNodes = ({ tenant }: TenantPlan) => tenant.isolation.nodes === "dedicated";
const hasSandbox = ({ tenant }: TenantPlan) => tenant.isolation.runtime !== "native";

/** What comes with a cluster of one's own, computed from what is planned: no request shows what another cluster has. */
const OF_OWN_CLUSTER: readonly Claim[] = [
  {
    id: "plane",
    title: "own plane",
    sentence: ({ tenant }) => `${tenant.id} shares its control plane with no other tenant`,
    of: hasOwnCluster,
    threats: [],
    attackedBy: "itself",
    atMost: "derived",
  },
  {
    id: "vpc",
    title: "own network",
    sentence: ({ tenant }) =>
      `nothing of ${tenant.id} lies in a network that another cluster is in, or has a way to one`,
    of: hasOwnCluster,
    threats: ["T135"],
    attackedBy: "itself",
    atMost: "derived",
  },
  {
    id: "keys",
    title: "own keys",
    sentence: ({ tenant }) =>
      `secrets, logs and disks of ${tenant.id} are encrypted with keys that no other cluster uses`,
    of: hasOwnCluster,
    threats: ["T135"],
    attackedBy: "itself",
    atMost: "derived",
  },
  {
    id: "pool",
    title: "own roles",
    sentence: ({ tenant }) => `no workload of another cluster is taken for one of ${tenant.id}, whatever it is called`,
    of: hasOwnCluster,
    threats: ["T133", "T134"],
    attackedBy: "itself",
    atMost: "derived",
  },
];

/** In the order in which one asks: who may what, where does it run, what may it use, what may it reach. */
export const CLAIMS: readonly Claim[] = [
  ...OF_OWN_CLUSTER,
  {
    id: "border",
    title: "border",
    sentence: ({ tenant }) => `nobody of ${tenant.id} sees or changes anything outside its namespaces`,
    threats: ["T14", "T51", "T52", "T64", "T68", "T69", "T71", "T78", "T98", "T103", "T124"],
    attackedBy: "itself",
  },
  {
    id: "privacy",
    title: "privacy",
    sentence: ({ tenant }) => `nobody of another tenant sees or changes anything of ${tenant.id}`,
    threats: ["T51", "T52", "T64", "T69", "T71", "T103"],
    attackedBy: "others",
  },
  {
    id: "rights",
    title: "rights",
    sentence: ({ tenant }) => `nobody of ${tenant.id} can widen its own rights`,
    threats: ["T53", "T54", "T55", "T56", "T57", "T63", "T73"],
    attackedBy: "itself",
  },
  {
    id: "frame",
    title: "guards",
    sentence: ({ tenant }) => `nobody of ${tenant.id} can change the guards around it`,
    threats: ["T60", "T61", "T62", "T76", "T95", "T116", "T117", "T118"],
    attackedBy: "itself",
  },
  {
    id: "identity",
    title: "identity",
    sentence: ({ tenant }) => `workloads of ${tenant.id} are believed to be nobody else's`,
    threats: ["T65", "T66", "T67", "T70", "T72", "T86", "T132"],
    attackedBy: "itself",
  },
  {
    id: "host",
    title: "host",
    sentence: ({ tenant }) => `pods of ${tenant.id} ask nothing of the node below them`,
    threats: [
      ...["T25", "T26", "T27", "T28", "T29", "T30", "T31", "T32", "T33", "T34", "T35"],
      ...["T40", "T41", "T42", "T44", "T45", "T46"],
    ],
    attackedBy: "itself",
  },
  {
    id: "home",
    title: "own nodes",
    sentence: ({ tenant }) => `pods of ${tenant.id} run on its own nodes only`,
    of: hasOwnNodes,
    threats: ["T01", "T02", "T03", "T04", "T05", "T09", "T10", "T11", "T17", "T19"],
    attackedBy: "itself",
  },
  {
    id: "fence",
    title: "no others",
    sentence: ({ tenant }) => `no other tenant's pod can run on the nodes of ${tenant.id}`,
    of: hasOwnNodes,
    threats: ["T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T17", "T43", "T46"],
    attackedBy: "others",
  },
  {
    id: "kernel",
    title: "sandbox",
    sentence: ({ tenant }) => `every pod of ${tenant.id} runs in ${tenant.isolation.runtime}`,
    of: hasSandbox,
    threats: ["T39", "T43", "T44"],
    attackedBy: "itself",
  },
  {
    id: "images",
    title: "images",
    sentence: ({ tenant }) =>
      tenant.images.length === 0
        ? `pods of ${tenant.id} run no other tenant's images from a node's cache`
        : `pods of ${tenant.id} run images of its own registries only`,
    threats: ["T36", "T37", "T47", "T48"],
    attackedBy: "itself",
  },
  {
    id: "budget",
    title: "budget",
    sentence: ({ tenant }) => `${tenant.id} uses no more than its budget`,
    threats: ["T15", "T23", "T105", "T106", "T107", "T108", "T111", "T112", "T114", "T115", "T122"],
    attackedBy: "itself",
  },
  {
    id: "peace",
    title: "peace",
    sentence: ({ tenant }) => `${tenant.id} can neither push out others' pods nor hold nodes`,
    threats: ["T12", "T13", "T18", "T20", "T21", "T22"],
    attackedBy: "itself",
  },
  {
    id: "names",
    title: "addresses",
    sentence: ({ tenant }) => `${tenant.id} takes no host, address or traffic that is not its own`,
    threats: ["T83", "T84", "T85", "T87", "T88", "T89", "T90", "T91", "T92", "T93"],
    attackedBy: "itself",
  },
  {
    id: "network",
    title: "network",
    sentence: ({ tenant }) => `pods of ${tenant.id} reach, and are reached by, nobody but whom it declares`,
    // That nobody changes the policies is seen; that packets obey them is not.
    threats: ["T76", "T77", "T78"],
    attackedBy: "itself",
    atMost: "derived",
  },
  {
    id: "storage",
    title: "volumes",
    sentence: ({ tenant }) => `${tenant.id} mounts no other tenant's volume`,
    threats: ["T99", "T100", "T101"],
    attackedBy: "itself",
  },
  {
    id: "breakout",
    title: "node loss",
    sentence: ({ tenant }) => `the credential of another tenant's node opens nothing of ${tenant.id}`,
    threats: ["T125", "T126", "T127", "T128"],
    attackedBy: "others",
  },
  {
    id: "state",
    title: "standstill",
    sentence: ({ tenant }) =>
      tenant.state === "frozen" ? `${tenant.id} starts nothing new` : `${tenant.id} leaves nothing new behind`,
    of: ({ tenant }) => tenant.state !== "active",
    threats: ["X-FR-1", "X-LV-1"],
    attackedBy: "itself",
  },
];

export function claimsOf(tenant: TenantPlan): Claim[] {
  // Who administers the cluster may change every guard of it: nothing that a guard holds can be said.
  if (administersItsCluster(tenant.tenant)) return [...OF_OWN_CLUSTER];
  const said = CLAIMS.filter(({ of }) => of?.(tenant) ?? true);
  // With no other tenant there is nobody to be kept from.
  return hasOwnCluster(tenant) ? said.filter(({ attackedBy }) => attackedBy === "itself") : said;
}

/** What a tenant goes on sharing, whatever is proven: said with every report, so that nobody takes it for granted. */
export function residuals(plan: TenantPlan): string[] {
  const { tenant, sharedAccount } = plan;
  if (hasOwnCluster(plan)) {
    return [
      ...(sharedAccount === undefined
        ? []
        : [`the cloud account ${sharedAccount}, with its quotas and its administrators`]),
      "the platform's administrators, and the state of its stacks",
    ];
  }
  const { nodes, runtime } = tenant.isolation;
  return [
    "the API server, and what discovery tells about kinds and classes",
    "the API server's attention: its fairness keeps users apart, and not the many users or accounts of one tenant from those of another",
    "the names that DNS answers for",
    nodes === "shared" ? "nodes with their caches and devices" : "agents that run on every node",
    ...(runtime === "native"
      ? [nodes === "shared" ? "the kernel of its nodes, with other tenants" : "the kernel, among its own pods"]
      : []),
  ];
}
