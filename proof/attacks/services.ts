import { collection } from "../../components/cluster/collection";
import type { Plan } from "../../components/plan";
import { capabilitiesOf } from "../../config/platform";
import type { Attack, Step } from "./attack";
import { service } from "./legal";
import { creating, patching, reading, STRATEGIC, scratchName } from "./request";
import { isFilledIn, type Scene } from "./scene";
import { admission, mutation, quota, rbac, type Wall } from "./walls";

const creatingService = creating("services", service());
const scratchService = (scene: Scene) => `/api/v1/namespaces/${scene.namespace}/services/${scratchName(scene)}`;

const PORTS = [{ port: 80 }];

const made = (id: string, title: string, fields: object, stoppedBy: Attack["stoppedBy"], alias = "X-SV-1"): Attack => ({
  id,
  title,
  alias,
  control: creatingService,
  attack: creating("services", service(fields as Record<string, unknown>)),
  stoppedBy,
});

const changed = (id: string, title: string, spec: object, stoppedBy: Attack["stoppedBy"]): Attack => ({
  id,
  title,
  alias: "X-SV-1",
  control: patching(scratchService, { metadata: { labels: { proof: "touched" } } }, STRATEGIC, { needs: ["service"] }),
  attack: patching(scratchService, { spec }, STRATEGIC, { needs: ["service"] }),
  stoppedBy,
});

const ordering = (id: string, title: string, key: string, value: string): Attack => ({
  id,
  title,
  alias: "X-SV-1",
  control: creating("services", service({}, { annotations: { note: "true" } })),
  attack: creating("services", service({}, { annotations: { [key]: value } })),
  stoppedBy: admission("services-annotations"),
});

const NODE_PORT = [admission("services-type"), quota("bulkhead-budget", "services.nodeports")];

const chosenBalancer = ({ share }: Scene): Wall[] => [
  admission("services-load-balancer"),
  ...(share.loadBalancers > 0n ? [] : [quota("bulkhead-budget", "services.loadbalancers")]),
];

const hasLoadBalancers = ({ share }: Scene) =>
  share.loadBalancers > 0n ? "the tenant may have load balancers (budget.loadBalancers)" : undefined;

/** High up in the range, where the server gives out addresses last. */
function serviceAddress({ estate }: Plan): string | undefined {
  const range = capabilitiesOf(estate.platform).serviceCidrs.find((cidr) => cidr.includes("."));
  return range?.split("/")[0]?.replace(/\.\d+$/, ".251");
}

const otherAddress = (stored: unknown, { plan }: Scene) =>
  (stored as { spec?: { clusterIP?: string } }).spec?.clusterIP !== serviceAddress(plan);

const slices = (address: (scene: Scene) => string): Step =>
  creating("endpointslices", (scene) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { labels: { "kubernetes.io/service-name": "isolation-proof" } },
    addressType: "IPv4",
    endpoints: [{ addresses: [address(scene)] }],
    ports: [{ port: 80 }],
  }));

const readingServices = reading(({ namespace }) => collection("v1", "services", { namespace }));

/** Somebody else's address, name or traffic. */
export const services: readonly Attack[] = [
  made("T83", "open a port on every node", { type: "NodePort" }, NODE_PORT),
  changed(
    "T83-update",
    "open a port on every node by a Service that exists",
    { type: "NodePort", ports: PORTS },
    NODE_PORT,
  ),
  {
    ...made(
      "T84",
      "get an address of the world",
      { type: "LoadBalancer", allocateLoadBalancerNodePorts: false },
      quota("bulkhead-budget", "services.loadbalancers"),
    ),
    unless: hasLoadBalancers,
  },
  made(
    "T84-class",
    "choose who balances the load",
    { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, loadBalancerClass: "any.example/internal" },
    chosenBalancer,
  ),
  made(
    "T84-address",
    "choose the load balancer's address",
    { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, loadBalancerIP: "203.0.113.9" },
    chosenBalancer,
  ),
  ordering(
    "T84-annotation",
    "choose a load balancer's security groups",
    "service.beta.kubernetes.io/aws-load-balancer-security-groups",
    "sg-1",
  ),
  made(
    "T85",
    "take over traffic to an address (CVE-2020-8554)",
    { externalIPs: ["203.0.113.9"] },
    admission("services-external-ips"),
  ),
  changed(
    "T85-update",
    "take over traffic to an address by a Service that exists",
    { externalIPs: ["203.0.113.9"] },
    admission("services-external-ips"),
  ),
  made(
    "T87",
    "be a neighbour's name",
    { type: "ExternalName", externalName: "db.victim.svc.cluster.local" },
    admission("services-type"),
  ),
  {
    id: "T88",
    title: "ask for a service address by its number, to learn whether somebody has it",
    unless: (scene) => {
      if (serviceAddress(scene.plan) === undefined) return "the platform does not say what services are numbered from";
      return isFilledIn(scene) ? undefined : "not claimed: no policies that mutate are at work for the tenant";
    },
    control: creatingService,
    attack: creating("services", ({ plan }) => service({ clusterIP: serviceAddress(plan) })),
    stoppedBy: mutation("clusterIP", otherAddress),
  },
  {
    id: "T89",
    alias: "X-RB-4",
    title: "lead an own Service to a neighbour's pod (CVE-2021-25740)",
    control: readingServices,
    attack: slices(() => "10.1.2.3"),
    stoppedBy: [rbac(), admission("endpoints-writers")],
  },
  {
    id: "T89-legacy",
    alias: "X-RB-4",
    title: "lead an own Service to a neighbour's pod by Endpoints",
    control: readingServices,
    attack: creating("endpoints", {
      apiVersion: "v1",
      kind: "Endpoints",
      subsets: [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 80 }] }],
    }),
    stoppedBy: [rbac(), admission("endpoints-writers")],
  },
  ordering(
    "T93",
    "write a record into somebody else's zone",
    "external-dns.alpha.kubernetes.io/hostname",
    "victim.example.com",
  ),
];
