import { type Plan, planEstate } from "../../components/plan";
import { estateOf } from "../support/estate";

const people = (id: string) => ({
  admins: [{ group: `${id}-admins` }],
  developers: [{ group: `${id}-devs` }],
  viewers: [{ group: `${id}-viewers` }],
});
export const furnished = (id: string) => ({
  access: people(id),
  budget: { storage: "10Gi" },
  storageClasses: ["standard"],
  network: { hosts: [`${id}.example.com`] },
});

const PLATFORM = {
  kind: "existing",
  capabilities: {
    networkPolicy: "unenforced",
    podCidrs: ["10.244.0.0/16"],
    serviceCidrs: ["10.96.0.0/16"],
    nodeCidrs: ["10.0.0.0/24"],
    runtimes: { native: "runc", gvisor: "runsc" },
  },
  overcommit: 10,
};

/** An estate of tenants as people write them, on the platform of the proofs. */
export function planOf(tenants: Readonly<Record<string, unknown>>): Plan {
  return planEstate(estateOf({ platform: PLATFORM, defaults: { images: ["registry.example.com/"] }, tenants }));
}

/** A tenant of every kind that attacks tell apart, each with something of everything that can be attacked. */
export const TENANTS = {
  acme: {
    ...furnished("acme"),
    network: { hosts: ["acme.example.com"], ingressClasses: ["public"], ingress: [{ tenant: "umbrella" }] },
    tokenAudiences: ["vault"],
  },
  globex: { ...furnished("globex"), isolation: { nodes: "dedicated" } },
  hooli: {
    ...furnished("hooli"),
    budget: { storage: "10Gi", devices: { "nvidia.com/gpu": 2, "gpu.example.com": 1 } },
    isolation: { runtime: "gvisor" },
  },
  initech: { ...furnished("initech"), isolation: { nodes: "dedicated", runtime: "gvisor" } },
  umbrella: {
    ...furnished("umbrella"),
    namespaces: ["web", "batch"],
    network: { hosts: ["umbrella.example.com"], egress: [{ tenant: "acme", ports: [5432] }] },
  },
};

export function provenPlan(): Plan {
  return planOf(TENANTS);
}

/** Tenants about whom less can be tried: one in user namespaces, one that stands still, one that goes. */
export const SPECIAL_TENANTS = {
  contoso: { ...furnished("contoso"), isolation: { userNamespaces: "required" } },
  exodus: { ...furnished("exodus"), state: "leaving" },
  frost: { ...furnished("frost"), state: "frozen" },
};
