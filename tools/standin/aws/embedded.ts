import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";
import { type Api, withApi } from "../../controlplane/api";
import { registerNodes, removeNodes, type SimulatedNode } from "../../controlplane/nodes";
import { hex } from "./account";
import type { Administration, Endpoint, Plane } from "./plane";
import { Refusal } from "./refusal";

/** The one API server that every cluster of this cloud turns out to be. */
export function embeddedPlane(kubeconfig: string): Plane {
  return {
    endpoint: () => endpointOf(kubeconfig),
    settleNodes: (group, nodes) => settleNodes(kubeconfig, group, nodes),
    setAdministrator: (user, rule) => setAdministrator(kubeconfig, user, rule),
  };
}

function endpointOf(kubeconfig: string): Endpoint {
  let text: string;
  try {
    text = readFileSync(kubeconfig, "utf8");
  } catch {
    const words = `there is no control plane to be a cluster: ${kubeconfig} does not exist; run npm start`;
    throw new Refusal("ServiceUnavailableException", words);
  }
  const [entry] = (parse(text) as { clusters: { cluster: Record<string, string> }[] }).clusters;
  return { server: entry?.cluster.server ?? "", ca: entry?.cluster["certificate-authority-data"] ?? "" };
}

async function settleNodes(kubeconfig: string, group: string, nodes: readonly SimulatedNode[]): Promise<void> {
  const staying = new Set(nodes.map(({ name }) => name));
  await withApi(kubeconfig, async (api) => {
    const going = (await nodesOf(api, group)).filter((name) => !staying.has(name));
    await Promise.all(going.map((name) => cordon(api, name)));
    await Promise.all(going.map((name) => drain(api, name)));
  });
  await registerNodes(kubeconfig, nodes, group);
  await removeNodes(kubeconfig, ({ name }) => !staying.has(name), group);
}

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
}

async function nodesOf(api: Api, group: string): Promise<string[]> {
  const selector = encodeURIComponent(`bulkhead.dev/simulated-by=${group}`);
  return (await listed(api, `/api/v1/nodes?labelSelector=${selector}`)).map(({ metadata }) => metadata.name);
}

/** Or what is drained would come back. */
async function cordon(api: Api, node: string): Promise<void> {
  const body = { spec: { unschedulable: true } };
  await api("PATCH", `/api/v1/nodes/${node}`, body, "application/merge-patch+json");
}

const POLL = 200;
/** Milliseconds that pods may take to end. */
const PATIENCE = 60_000;

async function drain(api: Api, node: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (const { metadata } of await podsOn(api, node)) {
    await api("DELETE", `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
  }
  while ((await podsOn(api, node)).length > 0) {
    if (Date.now() > deadline) throw new Error(`pods on ${node} do not end`);
    await pause(POLL);
  }
}

/** Pods of a DaemonSet end with their node, as in any drain. */
async function podsOn(api: Api, node: string): Promise<Named[]> {
  const pods = await listed(api, `/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`);
  return pods.filter(({ metadata }) => !metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet"));
}

async function listed(api: Api, path: string): Promise<Named[]> {
  const { status, body } = await api("GET", path);
  if (status !== 200) throw new Error(`the cluster answers ${status} to GET ${path}`);
  return (body as { items: Named[] }).items;
}

async function setAdministrator(kubeconfig: string, user: string, rule: Administration): Promise<void> {
  const name = `eks:cluster-admin:${hex(12, user)}`;
  const path = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${name}`;
  await withApi(kubeconfig, async (api) => {
    const { status } =
      rule === "is"
        ? await api("PATCH", `${path}?fieldManager=eks`, binding(name, user), APPLY)
        : await api("DELETE", path);
    if (status >= 300 && !(rule === "is not" && status === 404)) {
      throw new Error(`the cluster answers ${status} to the binding of ${user}`);
    }
  });
}

const APPLY = "application/apply-patch+yaml";

function binding(name: string, user: string): object {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    subjects: [{ apiGroup, kind: "User", name: user }],
    roleRef: { apiGroup, kind: "ClusterRole", name: "cluster-admin" },
  };
}
