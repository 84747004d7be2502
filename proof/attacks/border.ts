import { type Identity, identityOf } from "../identity";
import type { Attack, Step } from "./attack";
import { tokenFor } from "./identity";
import { scratchPod } from "./placement";
import { isAbsent, MERGE, mayI, patching, type Request, reading } from "./request";
import type { Scene } from "./scene";
import { rbac } from "./walls";

const own = ({ namespace }: Scene) => `/api/v1/namespaces/${namespace}`;
const theirs = ({ victim }: Scene) => `/api/v1/namespaces/${victim.namespace}`;

const readingOwnPods = reading((scene) => `${own(scene)}/pods`);
const mayGetPods = mayI(({ namespace }) => ({ verb: "get", resource: "pods", namespace }));

/** An unscheduled pod's host is not known: whoever learns that was let through. */
const noHost = (status: number) => status === 400 || status === 404;

type Stream = readonly [subresource: string, query: Readonly<Record<string, string>>, verb: string];

const STREAMS: readonly Stream[] = [
  ["exec", { command: "id", stdout: "true" }, "run a command in"],
  ["attach", { stdout: "true" }, "attach to"],
  ["portforward", { ports: "80" }, "forward ports of"],
];

/** A WebSocket client opens a stream with GET, others with POST: two verbs, two rights. */
const streaming = (
  method: "GET" | "POST",
  subresource: string,
  query: Stream[1],
  path: (scene: Scene) => string,
): Step => {
  return (scene): Request => ({
    method,
    path: `${path(scene)}/${subresource}`,
    query,
    dryRun: "none",
    through: noHost,
    needs: ["pod"],
  });
};

/** Somebody who may look at the tenant and touch nothing; undefined when there is nobody. */
export function viewerOf({ tenant }: Scene): Identity | undefined {
  const [viewer] = tenant.tenant.access.viewers;
  return viewer && identityOf(viewer);
}

/** The right of the viewer alone is meant: where roles were widened, it is somebody else who asks. */
function asViewer(step: Step): Step {
  return (scene) => {
    const viewer = viewerOf(scene);
    return viewer && scene.who?.rules === undefined ? { ...step(scene), as: viewer } : step(scene);
  };
}

const someonesPod = ({ victim }: Scene) => `/api/v1/namespaces/${victim.namespace}/pods/isolation-proof-target`;

const streams = STREAMS.flatMap(([subresource, query, verb]) =>
  (["GET", "POST"] as const).map((method) => ({
    id: `T71-${subresource}-${method.toLowerCase()}`,
    alias: "X-RB-3",
    title: `${verb} a neighbour's pod, by ${method}`,
    control: streaming(method, subresource, query, scratchPod),
    attack: streaming(method, subresource, query, someonesPod),
    stoppedBy: rbac(),
  })),
);

/** Whoever may only look, in the own namespace. A right to get a stream was once a right to open it. */
const watching = STREAMS.flatMap(([subresource, query, verb]) =>
  (["GET", "POST"] as const).map((method) => ({
    id: `T71-viewer-${subresource}-${method.toLowerCase()}`,
    title: `${verb} an own pod as somebody who may only look, by ${method}`,
    unless: (scene: Scene) => (viewerOf(scene) ? undefined : "nobody may only look at the tenant (access.viewers)"),
    control: asViewer(reading((scene) => `${own(scene)}/pods`)),
    attack: asViewer(streaming(method, subresource, query, scratchPod)),
    stoppedBy: rbac(),
  })),
);

const reads = (id: string, title: string, path: string, query: Readonly<Record<string, string>> = {}): Attack => ({
  id,
  title,
  control: reading((scene) => `${own(scene)}/${path}`, query),
  attack: reading((scene) => `${theirs(scene)}/${path}`, query),
  stoppedBy: rbac(),
});

const SOON = { watch: "true", timeoutSeconds: "1" };

/** Over the border of one's own namespaces: what lies there, who works there, and the machines below. */
export const border: readonly Attack[] = [
  {
    id: "T64",
    title: "get a token of a neighbour's account",
    control: readingOwnPods,
    attack: tokenFor(theirs),
    stoppedBy: rbac(),
  },
  {
    id: "T64-platform",
    alias: "X-RB-3",
    title: "get a token of a platform account",
    control: readingOwnPods,
    attack: tokenFor(() => "/api/v1/namespaces/kube-system"),
    stoppedBy: rbac(),
  },
  ...(["proxy/", "proxy/configz", "log/", "stats/summary"] as const).map((part) => ({
    id: `T69-${part.replace(/\W+/g, "-").replace(/-$/, "")}`,
    alias: "X-RB-4",
    title: `reach a kubelet by nodes/${part}`,
    control: readingOwnPods,
    attack: (scene: Scene): Request => ({
      ...reading(({ cluster }) => `/api/v1/nodes/${cluster.nodes[0]?.name ?? "node"}/${part}`)(scene),
      // The server tried to reach the kubelet, and found none or nothing; or it was the kubelet that asked who this is.
      through: (status) => [401, 404, 500, 502, 503].includes(status),
    }),
    stoppedBy: rbac(),
  })),
  ...streams,
  ...watching,
  reads("T71-log", "read the log of a neighbour's pod", "pods/isolation-proof-target/log"),
  {
    id: "T73",
    title: "map what others may do",
    control: mayGetPods,
    attack: ({ namespace }) => ({
      method: "POST",
      path: `/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`,
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "LocalSubjectAccessReview",
        metadata: { namespace },
        spec: { user: "somebody", resourceAttributes: { namespace, verb: "get", resource: "pods" } },
      },
      dryRun: "none",
    }),
    stoppedBy: rbac(),
  },
  reads("T103", "read a neighbour's Secret by its name", "secrets/isolation-proof-target"),
  reads("T103-list", "list a neighbour's Secrets", "secrets"),
  reads("T103-watch", "watch a neighbour's Secrets", "secrets", SOON),
  reads("T103-configmaps", "list a neighbour's ConfigMaps", "configmaps"),
  {
    id: "T124",
    title: "take over the leadership of a controller",
    control: reading(({ namespace }) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`),
    attack: patching(
      () => "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager",
      { spec: { holderIdentity: "proof" } },
      MERGE,
      { through: isAbsent },
    ),
    stoppedBy: rbac(),
  },
];
