import type { RuntimeClass } from "kubernetes-types/node/v1";
import { type Plan, planEstate } from "../../components/plan";
import type { TenantPlan } from "../../components/tenant/plan";
import { ANNOTATIONS } from "../../config/names";
import { estateOf } from "../support/estate";

const people = (id: string) => ({ admins: [{ group: `${id}-admins` }], developers: [{ group: `${id}-devs` }] });
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

/** An estate of tenants as people write them, on the platform of the proofs; some of them in user namespaces. */
export function planOf(tenants: Readonly<Record<string, unknown>>, confined: readonly string[] = []): Plan {
  const plan = planEstate(estateOf({ platform: PLATFORM, defaults: { images: ["registry.example.com/"] }, tenants }));
  return { ...plan, tenants: plan.tenants.map((tenant) => annotated(tenant, confined)) };
}

/** With what guardrails read from the namespace: where its pods belong, and whether they need a user namespace. */
function annotated(tenant: TenantPlan, confined: readonly string[]): TenantPlan {
  const selector = (tenant.runtimeClasses[0] as RuntimeClass | undefined)?.scheduling?.nodeSelector;
  const pairs = Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const facts = {
    ...(pairs.length > 0 ? { [ANNOTATIONS.nodeSelector]: pairs.join(",") } : {}),
    ...(confined.includes(tenant.tenant.id) ? { [ANNOTATIONS.userNamespaces]: "required" } : {}),
  };
  return {
    ...tenant,
    spaces: tenant.spaces.map((space) => {
      const { metadata } = space.namespace;
      const annotations = { ...metadata.annotations, ...facts };
      return { ...space, namespace: { ...space.namespace, metadata: { ...metadata, annotations } } };
    }),
  };
}

/** A tenant of every kind that attacks tell apart, each with something of everything that can be attacked. */
export const TENANTS = {
  acme: { ...furnished("acme"), network: { hosts: ["acme.example.com"], ingress: [{ tenant: "umbrella" }] } },
  globex: { ...furnished("globex"), isolation: { nodes: "dedicated" } },
  hooli: { ...furnished("hooli"), isolation: { runtime: "gvisor" } },
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
  contoso: furnished("contoso"),
  exodus: { ...furnished("exodus"), state: "leaving" },
  frost: { ...furnished("frost"), state: "frozen" },
};

export const CONFINED = ["contoso"];
