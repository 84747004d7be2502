import Table from "cli-table3";
import { type ClusterApi, messageOf } from "../../components/cluster/api";
import { GUARDED, onGuardedStage, pod } from "./stage";

type Json = Readonly<Record<string, unknown>>;

/** Something legal with as many entries in one of its lists as one likes. */
interface Stretch {
  readonly policy: string;
  readonly list: string;
  readonly path: string;
  readonly of: (count: number) => Json;
}

const times = <T>(count: number, one: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));
const podWith = (over: Json) => {
  const { spec, ...rest } = pod();
  return { ...rest, spec: { ...spec, ...over } };
};
const core = (resource: string) => `/api/v1/namespaces/${GUARDED}/${resource}`;
const group = (name: string, resource: string) => `/apis/${name}/v1/namespaces/${GUARDED}/${resource}`;
const RBAC = "rbac.authorization.k8s.io";
const [ordinary] = pod().spec.containers;

const STRETCHES: readonly Stretch[] = [
  {
    policy: "pods",
    list: "tolerations",
    path: core("pods"),
    of: (count) => {
      const one = { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoExecute" };
      return podWith({ tolerations: times(count, () => one) });
    },
  },
  {
    policy: "pods",
    list: "containers",
    path: core("pods"),
    of: (count) => {
      const { env: _, livenessProbe: __, readinessProbe: ___, ...bare } = ordinary ?? {};
      return podWith({ containers: times(count, (at) => ({ ...bare, name: `c${at}` })) });
    },
  },
  {
    policy: "pods",
    list: "volumes",
    path: core("pods"),
    of: (count) => {
      const sources = [{ serviceAccountToken: { path: "token" } }];
      const more = times(count, (at) => ({ name: `v${at}`, projected: { sources } }));
      return podWith({ volumes: [...pod().spec.volumes, ...more] });
    },
  },
  {
    policy: "pods",
    list: "annotations",
    path: core("pods"),
    of: (count) => {
      const annotations = Object.fromEntries(times(count, (at) => [`topology.kubernetes.io/a${at}`, "x"]));
      return { ...pod(), metadata: { generateName: "app-", annotations } };
    },
  },
  {
    policy: "everything",
    list: "owner references",
    path: core("configmaps"),
    of: (count) => {
      const owner = (at: number) => ({
        apiVersion: "resource.k8s.io/v1",
        kind: "ResourceClaim",
        name: "o",
        uid: `${at}`,
      });
      return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "it", ownerReferences: times(count, owner) } };
    },
  },
  {
    policy: "rbac-roles",
    list: "rules, each of 8 verbs",
    path: group(RBAC, "roles"),
    of: (count) => {
      const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
      const rules = times(count, () => ({ apiGroups: [""], resources: ["serviceaccounts/token"], verbs }));
      return { apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { name: "it" }, rules };
    },
  },
  {
    policy: "network-policies",
    list: "peers",
    path: group("networking.k8s.io", "networkpolicies"),
    of: (count) => {
      const peer = { namespaceSelector: { matchLabels: { "bulkhead.dev/tenant": "bench" } } };
      const spec = { podSelector: {}, ingress: [{ from: times(count, () => peer) }] };
      return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "it" }, spec };
    },
  },
  {
    policy: "ingresses",
    list: "rules",
    path: group("networking.k8s.io", "ingresses"),
    of: (count) => {
      const spec = {
        ingressClassName: "any",
        rules: times(count, (at) => ({ host: `h${at}.bench.example.com` })),
        tls: [{ secretName: "tls" }],
      };
      return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "it" }, spec };
    },
  },
];

/** Beyond this, the server takes no request whatever is in it. */
const MOST = 65_536;

interface Reached {
  readonly longest: number;
  readonly stoppedBy: string;
}

/**
 * How long a legal list may be, and what stops a longer one. The server does not say what an expression
 * costs, only when it was too much.
 */
export async function benchCost(): Promise<void> {
  await onGuardedStage(async (api) => {
    const sheet = new Table({
      head: ["policy", "list", "longest accepted", "a longer one is stopped by", "a thousand cost, of the budget"],
      style: { head: [], border: [] },
    });
    for (const stretch of STRETCHES) {
      const { longest, stoppedBy } = await stretched(api, stretch);
      sheet.push([stretch.policy, stretch.list, longest, stoppedBy, shareOf(longest, stoppedBy)]);
    }
    console.log(sheet.toString());
  });
}

/** Cost grows with the list, so what its longest one costs is the budget; where something else stops it, it costs less. */
function shareOf(longest: number, stoppedBy: string): string {
  const share = `${((100 * LEGAL) / longest).toFixed(1)} %`;
  return stoppedBy.startsWith("cost") ? share : `under ${share}`;
}

async function stretched(api: ClusterApi, { path, of }: Stretch): Promise<Reached> {
  const refusal = async (count: number): Promise<string | undefined> => {
    const answer = await api.ask(`${path}?dryRun=All`, { method: "POST", body: of(count) });
    return answer.status < 300 ? undefined : said(messageOf(answer));
  };
  const first = await refusal(1);
  if (first !== undefined) throw new Error(`${path}: ${first}`);
  let [longest, over] = [1, MOST];
  let stoppedBy = await refusal(over);
  if (stoppedBy === undefined) return { longest: over, stoppedBy: "nothing" };
  while (over - longest > Math.max(1, longest / 50)) {
    const middle = Math.floor((longest + over) / 2);
    const refused = await refusal(middle);
    if (refused === undefined) longest = middle;
    else [over, stoppedBy] = [middle, refused];
  }
  return { longest, stoppedBy };
}

/** Longer than any list that people write. */
const LEGAL = 1_000;

const SHOWN = 70;

function said(message: string): string {
  if (message.includes("cost limit exceeded")) return "cost of one rule";
  if (message.includes("cost budget")) return "cost of the policy";
  return message.length > SHOWN ? `${message.slice(0, SHOWN)}…` : message;
}
