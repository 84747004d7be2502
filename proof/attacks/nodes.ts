import type { Identity } from "../identity";
import type { ClusterNode } from "../live/cluster";
import type { Attack, Step } from "./attack";
import { pod } from "./legal";
import { MERGE, patching, type Request, reading } from "./request";
import type { Scene } from "./scene";
import { nodeAuthorizer, nodeRestriction } from "./walls";

/** The node whose credential was stolen: one on which the attacker's pods run. */
export function stolenNode({ cluster, tenant }: Scene): ClusterNode | undefined {
  const owner = tenant.tenant.isolation.nodes === "dedicated" ? tenant.tenant.id : undefined;
  return cluster.nodes.find((node) => node.tenant === owner);
}

function another(scene: Scene): ClusterNode | undefined {
  const own = stolenNode(scene);
  const foreign = scene.cluster.nodes.filter(({ name }) => name !== own?.name);
  return foreign.find(({ tenant }) => tenant !== own?.tenant) ?? foreign[0];
}

const tooFewNodes = (scene: Scene) => {
  if (!stolenNode(scene)) return "the tenant's pods have no node yet";
  return another(scene) ? undefined : "the cluster has a single node";
};

export function nodeIdentity(name: string): Identity {
  return { user: `system:node:${name}`, groups: ["system:nodes", "system:authenticated"] };
}

/** The same request, sent by the stolen node. */
const asNode =
  (step: Step): Step =>
  (scene) => ({ ...step(scene), as: nodeIdentity(stolenNode(scene)?.name ?? "") });

const node = (which: (scene: Scene) => ClusterNode | undefined) => (scene: Scene) =>
  `/api/v1/nodes/${which(scene)?.name ?? ""}`;

const patchingOwn = (body: object) => asNode(patching(node(stolenNode), body, MERGE));

/** What the tenant rests on must not be among them: a kubelet may set any label that is not reserved for its masters. */
const harmlessLabel = patchingOwn({ metadata: { labels: { "isolation-proof": "touched" } } });

const onOwnNode = asNode(reading(node(stolenNode)));

const victims = ({ victim }: Scene) => `/api/v1/namespaces/${victim.namespace}`;

const tokens = (fields: object): Step =>
  asNode(
    (scene): Request => ({
      method: "POST",
      path: `${victims(scene)}/serviceaccounts/default/token`,
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: 600, ...fields },
      },
      dryRun: "none",
    }),
  );

const relabelling = (id: string, title: string, attack: Step, words: string): Attack => ({
  id,
  title,
  unless: tooFewNodes,
  control: harmlessLabel,
  attack,
  stoppedBy: nodeRestriction(words),
});

const looking = (id: string, title: string, path: (scene: Scene) => string): Attack => ({
  id,
  title,
  unless: tooFewNodes,
  control: onOwnNode,
  attack: asNode(reading(path)),
  stoppedBy: nodeAuthorizer(),
});

const unboundToken = nodeRestriction("node requested token not bound to a pod");

/** By the credential of a node that somebody has broken out to. */
export const nodes: readonly Attack[] = [
  relabelling(
    "T125",
    "move the node by a label that is reserved for the platform",
    patchingOwn({ metadata: { labels: { "node-restriction.kubernetes.io/tenant": "proof" } } }),
    "is not allowed to modify labels",
  ),
  relabelling(
    "T125-taint",
    "change what the node is tainted with",
    patchingOwn({ spec: { taints: [{ key: "isolation-proof", effect: "NoSchedule" }] } }),
    "is not allowed to modify taints",
  ),
  relabelling(
    "T125-other",
    "relabel another node",
    asNode(patching(node(another), { metadata: { labels: { "isolation-proof": "touched" } } }, MERGE)),
    "is not allowed to modify node",
  ),
  looking("T126", "read a neighbour's Secret", (scene) => `${victims(scene)}/secrets/isolation-proof-target`),
  looking("T126-secrets", "list all Secrets", () => "/api/v1/secrets"),
  looking("T126-configmaps", "list all ConfigMaps", () => "/api/v1/configmaps"),
  looking("T126-pods", "list the pods of other nodes", () => "/api/v1/pods"),
  looking(
    "T126-claim",
    "read a neighbour's claim",
    (scene) => `${victims(scene)}/persistentvolumeclaims/isolation-proof-target`,
  ),
  {
    id: "T126-pod",
    title: "make a pod on another node",
    unless: tooFewNodes,
    control: onOwnNode,
    attack: asNode(
      pod((scene) => ({
        nodeName: another(scene)?.name,
        metadata: { annotations: { "kubernetes.io/config.mirror": "proof" } },
      })),
    ),
    stoppedBy: nodeRestriction("can only create pods with spec.nodeName set to itself"),
  },
  {
    id: "T127",
    title: "get a token of a neighbour's account",
    unless: tooFewNodes,
    control: onOwnNode,
    attack: tokens({}),
    // A node may ask for the accounts of pods that run on it, as a shared one has them; then the token has to be bound
    // to such a pod, and goes no further than the pod did.
    stoppedBy: [{ ...nodeAuthorizer(), instead: unboundToken }, unboundToken],
  },
  relabelling(
    "T128",
    "have the node collected as garbage, to register it anew (CVE-2025-5187)",
    patchingOwn({
      metadata: {
        ownerReferences: [
          { apiVersion: "v1", kind: "ConfigMap", name: "gone", uid: "00000000-0000-4000-8000-000000000000" },
        ],
      },
    }),
    "is not allowed to modify ownerReferences",
  ),
];
