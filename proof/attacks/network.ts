import { collection } from "../../components/cluster/collection";
import type { Attack } from "./attack";
import { creating, deleting, nameOf, patching, type Request, reading } from "./request";
import type { Scene } from "./scene";
import { admission, rbac } from "./walls";

const GROUP = "networking.k8s.io/v1";
const own = ({ namespace }: Scene) => collection(GROUP, "networkpolicies", { namespace });
const baseline = (scene: Scene) => `${own(scene)}/bulkhead-baseline`;
const readingOwn = reading(own);

type Spec = Readonly<Record<string, unknown>> | ((scene: Scene) => Readonly<Record<string, unknown>>);

const policy = (spec: Spec) =>
  creating("networkpolicies", (scene) => ({
    apiVersion: GROUP,
    kind: "NetworkPolicy",
    spec: { podSelector: {}, ...(typeof spec === "function" ? spec(scene) : spec) },
  }));

const within = policy({ ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }] });

const opening = (id: string, title: string, spec: Spec, rule: string): Attack => ({
  id,
  title,
  alias: "X-NP-1",
  control: readingOwn,
  widenedControl: within,
  attack: policy(spec),
  stoppedBy: [rbac(), admission(rule)],
});

const INGRESS = "network-policy-ingress";
const EGRESS = "network-policy-egress";

const neighbour = ({ victim }: Scene) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": victim.namespace } },
});

/** Kinds by which network plugins open or close what NetworkPolicies do not know of. */
const DIALECTS: readonly (readonly [group: string, resource: string])[] = [
  ["cilium.io", "ciliumnetworkpolicies"],
  ["cilium.io", "ciliumclusterwidenetworkpolicies"],
  ["crd.projectcalico.org", "networkpolicies"],
  ["crd.projectcalico.org", "globalnetworkpolicies"],
  ["projectcalico.org", "networkpolicies"],
  ["crd.antrea.io", "networkpolicies"],
  ["crd.antrea.io", "clusternetworkpolicies"],
  ["policy.networking.k8s.io", "adminnetworkpolicies"],
  ["policy.networking.k8s.io", "baselineadminnetworkpolicies"],
  ["policy.networking.k8s.io", "clusternetworkpolicies"],
  ["networking.k8s.aws", "applicationnetworkpolicies"],
  ["networking.k8s.aws", "clusternetworkpolicies"],
  ["vpcresources.k8s.aws", "securitygrouppolicies"],
];

const dialects = DIALECTS.map(([group, resource]): Attack => {
  const kindOf = ({ cluster }: Scene) =>
    cluster.served.find((kind) => kind.group === group && kind.resource === resource && kind.subresource === undefined);
  return {
    id: `T78-${resource}-${group.replaceAll(".", "-")}`,
    title: `open the network by ${resource}.${group}`,
    unless: (scene) => (kindOf(scene) ? undefined : `the cluster serves no ${resource}.${group}`),
    control: readingOwn,
    attack: (scene): Request => {
      const kind = kindOf(scene);
      const place = kind?.namespaced ? { namespace: scene.namespace } : {};
      const apiVersion = `${group}/${kind?.version ?? "v1"}`;
      return {
        method: "POST",
        path: collection(apiVersion, resource, place),
        body: { apiVersion, kind: kind?.kind, metadata: { name: nameOf(scene) } },
        // Its own schema may want more; whoever learns that was let through.
        through: (status) => status === 422,
      };
    },
    stoppedBy: rbac(),
  };
});

/** Around the default that nothing comes in and nothing goes out. */
export const network: readonly Attack[] = [
  {
    id: "T76",
    title: "delete the default deny",
    control: readingOwn,
    attack: deleting(baseline),
    stoppedBy: [rbac(), admission("lock-objects")],
  },
  {
    id: "T76-edit",
    title: "empty the default deny",
    control: readingOwn,
    attack: patching(baseline, { spec: { ingress: [{}] } }),
    stoppedBy: [rbac(), admission("lock-objects", INGRESS, EGRESS)],
  },
  opening("T77", "let every namespace in", { ingress: [{ from: [{ namespaceSelector: {} }] }] }, INGRESS),
  opening("T77-everybody", "let everybody in by naming nobody", { ingress: [{}] }, INGRESS),
  opening("T77-neighbour", "let a neighbour in", (scene) => ({ ingress: [{ from: [neighbour(scene)] }] }), INGRESS),
  opening(
    "T77-block",
    "let a range of addresses in",
    { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] },
    INGRESS,
  ),
  opening("T77-egress", "reach everything", { policyTypes: ["Egress"], egress: [{}] }, EGRESS),
  opening(
    "T77-internet",
    "reach every address",
    { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] },
    EGRESS,
  ),
  opening(
    "T77-metadata",
    "reach the cloud's metadata",
    { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] }] },
    EGRESS,
  ),
  opening(
    "T77-ports",
    "reach every port of every namespace",
    {
      policyTypes: ["Egress"],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: "TCP", port: 1, endPort: 65_535 }] }],
    },
    EGRESS,
  ),
  opening(
    "T77-out-to-neighbour",
    "reach a neighbour",
    (scene) => ({ policyTypes: ["Egress"], egress: [{ to: [neighbour(scene)] }] }),
    EGRESS,
  ),
  ...dialects,
];
