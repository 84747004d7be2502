import type { StackValues } from "./estate";

const LONGEST_ID = "a-tenant-whose-id-is-forty-letters-long0";
const LONGEST_PART = "and-its-longest-name-x";

/** An estate that uses every field there is, with names as long as they may be. */
export const RICH: StackValues = {
  platform: {
    kind: "existing",
    version: "1.36",
    clusterIdentifier: "test-cluster",
    overcommit: 2,
    capabilities: {
      networkPolicy: "enforced",
      dnsLabels: { "k8s-app": "kube-dns" },
      podCidrs: ["10.244.0.0/16", "fd00:10:244::/56"],
      serviceCidrs: ["10.96.0.0/16", "fd00:10:96::/112"],
      nodeCidrs: ["10.0.0.0/24"],
      runtimes: { native: "runc", gvisor: "runsc", kata: "kata-qemu" },
      capacity: { cpu: "64", memory: "256Gi", ephemeralStorage: "1Ti", pods: 500 },
    },
    pools: {
      shared: { nodes: 4, runtimes: ["native", "gvisor", "kata"] },
      vault: { tenant: "vault", nodes: 2, runtimes: ["native", "kata"] },
      longest: { tenant: LONGEST_ID, nodes: 3, runtimes: ["gvisor"] },
    },
  },
  guardrails: { mode: "enforce", platformNamespaces: ["ingress-nginx", "monitoring"] },
  defaults: { images: ["registry.example.com/"], contact: "platform@example.com" },
  tenants: {
    [LONGEST_ID]: {
      namespaces: ["web", "batch", LONGEST_PART],
      isolation: { nodes: "dedicated", runtime: "gvisor" },
      access: {
        admins: [{ group: "longest-admins" }, { user: "root@longest.example.com" }],
        developers: [{ serviceAccount: { namespace: "ci", name: "deployer" } }],
        viewers: [{ group: "auditors", sharedWith: ["bank"] }],
      },
      budget: {
        cpu: "12.5",
        memory: "20Gi",
        ephemeralStorage: "1e11",
        storage: "1500G",
        pods: 77,
        loadBalancers: 2,
        devices: { "nvidia.com/gpu": 4, "gpu.example.com": 1, "hugepages-2Mi": "64Mi" },
        objects: { configmaps: 250, "jobs.batch": 7 },
        split: { web: { cpu: "4", pods: 50, devices: { "nvidia.com/gpu": 3 } }, batch: { storage: "1Ti" } },
      },
      limits: { container: { max: { cpu: "2", memory: "4Gi" } } },
      network: {
        egress: [
          { cidr: "0.0.0.0/0", ports: [443] },
          { cidr: "::/0", ports: [443] },
          { tenant: "bank", ports: [5432] },
        ],
        ingress: [{ namespace: "ingress-nginx" }, { cidr: "203.0.113.0/24", ports: [443, 8443] }],
        hosts: ["longest.example.com", "longest.example.org"],
        ingressClasses: ["public", "internal"],
      },
      tokenAudiences: ["vault", "https://sts.example.com"],
      storageClasses: ["standard", "fast"],
      pool: { min: 1, max: 3, zones: 3, disk: "100Gi", machines: ["m7i.large"], maxNodeAge: 24 },
    },
    bank: {
      isolation: { userNamespaces: "required" },
      namespaces: ["db", "docs"],
      access: { viewers: [{ group: "auditors", sharedWith: [LONGEST_ID] }] },
      budget: { cpu: "3", split: { docs: { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 } } },
      network: { ingress: [{ tenant: LONGEST_ID, ports: [5432] }] },
      storageClasses: [],
    },
    vault: { isolation: { nodes: "dedicated", runtime: "kata" }, access: { admins: [{ group: "vault-admins" }] } },
    sandbox: { isolation: { runtime: "gvisor" }, guardrails: "warn" },
    machine: { isolation: { runtime: "kata" } },
    icebound: { state: "frozen", access: { developers: [{ group: "icebound-devs" }] } },
    outgoing: { state: "leaving", access: { admins: [{ group: "outgoing-admins" }] } },
    thrifty: {
      limits: {
        container: {
          default: { cpu: "1m", memory: "1", ephemeralStorage: "1" },
          defaultRequest: { cpu: "0", memory: "0", ephemeralStorage: "0" },
        },
      },
    },
  },
};
