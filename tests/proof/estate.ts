import { type Plan, planEstate } from "../../components/plan";
import { estateOf } from "../support/estate";

const people = (id: string) => ({ admins: [{ group: `${id}-admins` }], developers: [{ group: `${id}-devs` }] });
const furnished = (id: string) => ({
  access: people(id),
  budget: { storage: "10Gi" },
  storageClasses: ["standard"],
  network: { hosts: [`${id}.example.com`] },
});

/** A tenant of every kind that attacks tell apart, each with something of everything that can be attacked. */
export function provenPlan(): Plan {
  return planEstate(
    estateOf({
      platform: {
        kind: "existing",
        capabilities: {
          networkPolicy: "unenforced",
          podCidrs: ["10.244.0.0/16"],
          serviceCidrs: ["10.96.0.0/16"],
          nodeCidrs: ["10.0.0.0/24"],
          runtimes: { native: "runc", gvisor: "runsc" },
        },
        overcommit: 10,
      },
      defaults: { images: ["registry.example.com/"] },
      tenants: {
        acme: { ...furnished("acme"), network: { hosts: ["acme.example.com"], ingress: [{ tenant: "umbrella" }] } },
        globex: { ...furnished("globex"), isolation: { nodes: "dedicated" } },
        hooli: { ...furnished("hooli"), isolation: { runtime: "gvisor" } },
        initech: { ...furnished("initech"), isolation: { nodes: "dedicated", runtime: "gvisor" } },
        umbrella: {
          ...furnished("umbrella"),
          namespaces: ["web", "batch"],
          network: { hosts: ["umbrella.example.com"], egress: [{ tenant: "acme", ports: [5432] }] },
        },
      },
    }),
  );
}
