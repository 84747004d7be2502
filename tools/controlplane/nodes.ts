import { setTimeout as pause } from "node:timers/promises";
import { type Answer, type Api, withApi } from "./api";

/** A node of which only the API object is real: pods that are bound to it are said to run. */
export interface SimulatedNode {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** Quantities by resource; all of it is allocatable. Say at least cpu, memory and pods: without pods none fits. */
  readonly capacity: Readonly<Record<string, string>>;
  /** What the container runtime calls what it starts containers with, the default first. Unset: the node reports none. */
  readonly handlers?: readonly string[];
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** Marks who registered a node, so that nobody removes another's. */
const ownerLabel = "bulkhead.dev/simulated-by";
const fieldManager = "bulkhead-nodes";
const pollMilliseconds = 200;
const readyMilliseconds = 60_000;

/** Sees to it that these simulated nodes exist and are `owner`'s, and returns when all of them take pods. */
export async function registerNodes(
  kubeconfig: string,
  nodes: readonly SimulatedNode[],
  owner = "estate",
): Promise<void> {
  await withApi(kubeconfig, async (api) => {
    for (const node of nodes) {
      await apply(api, node, owner);
    }
    await takePods(api, new Set(nodes.map(({ name }) => name)), owner);
  });
}

/** Removes those simulated nodes of `owner` that may go; those of others are left alone. */
export async function removeNodes(
  kubeconfig: string,
  mayGo: (node: Pick<SimulatedNode, "name" | "labels">) => boolean,
  owner = "estate",
): Promise<void> {
  await withApi(kubeconfig, async (api) => {
    const going = (await registered(api, owner)).filter(({ metadata }) => mayGo(metadata));
    for (const { metadata } of going) {
      succeeded(await api("DELETE", pathOf(metadata.name)), "remove", metadata.name, 404);
    }
  });
}

/** The two requests are no writes when nothing has changed: the server compares what it has with what is applied. */
async function apply(api: Api, node: SimulatedNode, owner: string): Promise<void> {
  const query = `?fieldManager=${fieldManager}&force=true`;
  const send = async (path: string, body: object) =>
    succeeded(await api("PATCH", path + query, body, "application/apply-patch+yaml"), "register", node.name);
  const kind = { apiVersion: "v1", kind: "Node" };
  const { capacity, handlers } = node;
  // Whichever is the default is told twice, once without a name.
  const runtimeHandlers = handlers && [{}, ...handlers.map((name) => ({ name }))];
  const status = { capacity, allocatable: capacity, ...(runtimeHandlers ? { runtimeHandlers } : {}) };
  // The status comes along the first time, too: kwok gives a node that it finds without capacity one of its own.
  await send(pathOf(node.name), { ...kind, ...described(node, owner), status });
  await send(`${pathOf(node.name)}/status`, { ...kind, metadata: { name: node.name }, status });
}

function described({ name, labels = {}, taints = [] }: SimulatedNode, owner: string): object {
  const own = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", [ownerLabel]: owner };
  return {
    metadata: { name, labels: { ...own, ...labels }, annotations: { "kwok.x-k8s.io/node": "fake" } },
    spec: { taints },
  };
}

interface Node {
  readonly metadata: Pick<SimulatedNode, "name" | "labels">;
  readonly spec: { readonly taints?: readonly Taint[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function registered(api: Api, owner: string): Promise<readonly Node[]> {
  const selector = encodeURIComponent(`${ownerLabel}=${owner}`);
  const answer = await api("GET", `/api/v1/nodes?labelSelector=${selector}`);
  return (succeeded(answer, "list", "the nodes") as { items: readonly Node[] }).items;
}

async function takePods(api: Api, wanted: ReadonlySet<string>, owner: string): Promise<void> {
  const deadline = Date.now() + readyMilliseconds;
  for (;;) {
    const ready = new Set((await registered(api, owner)).filter(isReady).map(({ metadata }) => metadata.name));
    const waiting = [...wanted].filter((name) => !ready.has(name));
    if (waiting.length === 0) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`not ready after a minute: ${waiting.join(", ")}`);
    }
    await pause(pollMilliseconds);
  }
}

/** A new node is tainted until the controller manager has seen that it is ready. */
function isReady({ spec, status }: Node): boolean {
  const ready = status?.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True") ?? false;
  return ready && !spec.taints?.some(({ key }) => key === "node.kubernetes.io/not-ready");
}

function pathOf(name: string): string {
  return `/api/v1/nodes/${encodeURIComponent(name)}`;
}

function succeeded({ status, body }: Answer, verb: string, name: string, accepted?: number): unknown {
  if (status >= 300 && status !== accepted) {
    const message = (body as { message?: string } | undefined)?.message ?? String(body);
    throw new Error(`could not ${verb} ${name}: ${status} ${message}`);
  }
  return body;
}
