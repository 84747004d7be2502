import { expect } from "chai";
import { type ClusterApi, messageOf } from "../../../components/cluster/api";
import { applyAll, until } from "../../support/apply";
import { create, patch, type Request, send, verdict } from "./request";
import { namespaceOf, spaceManifests, wildcardBinding } from "./spaces";
import { configMap, container, cronJob, deployment, pod, podSpec, service, sharedPodSpec } from "./workloads";

const WARNED = "acme-warned";
const wild = { tolerations: [{ operator: "Exists" }] };
/** Legal once, and there before the guardrails were. */
const AGENT = deployment(sharedPodSpec(wild));

/** Namespaces of this suite; to be made before the guardrails are, with what runs in one of them already. */
export async function adopt(api: ClusterApi): Promise<void> {
  const adopted = namespaceOf("nobody", "adopted", "all");
  for (const manifests of [spaceManifests("nobody", "adopted", "all"), warned()]) {
    const [namespace, ...rest] = manifests;
    if (namespace) await applyAll(api, [namespace]);
    await applyAll(api, rest);
  }
  await applyAll(api, [wildcardBinding("kube-system")]);
  await send(api, create("deployments", AGENT, { as: "administrator" }), adopted, "kept");
  await until("what was there runs", async () => (await podsOf(api, adopted)).length > 0);
}

function warned() {
  const [namespace, ...rest] = spaceManifests("dedicated", "warned", "all");
  if (!namespace) return rest;
  const labels = { ...namespace.metadata.labels, "bulkhead.dev/guardrails": "warn" };
  return [{ ...namespace, metadata: { ...namespace.metadata, labels } }, ...rest];
}

type Named = { metadata: { name: string } };

async function podsOf(api: ClusterApi, namespace: string): Promise<string[]> {
  const { items } = await api.get<{ items: Named[] }>(`/api/v1/namespaces/${namespace}/pods`);
  return items.map(({ metadata }) => metadata.name);
}

const many = <T>(one: T): T[] => Array.from({ length: 1000 }, () => one);
const notReady = { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" };
const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };

/** More of them the API itself does not take. */
const MOST_DEVICES = 32;

const ownAccount = { kind: "ServiceAccount", name: "default", namespace: "NAMESPACE" };
const owner = (kind: string, index: number) => ({
  apiVersion: "v1",
  kind,
  name: "x",
  uid: `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`,
});
const token = (index: number, audience: string) => ({
  serviceAccountToken: { path: `token-${index}`, audience: audience === "sts" ? "sts.amazonaws.com" : audience },
});

function ingress(hosts: readonly string[], certificates: readonly string[]) {
  const backend = { service: { name: "app", port: { number: 80 } } };
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "long" },
    spec: {
      ingressClassName: "public",
      rules: hosts.map((host) => ({ host, http })),
      tls: certificates.map((host) => ({ hosts: [host], secretName: "tls" })),
    },
  };
}

/** A thousand legal entries, and behind them the one that is not. */
const LONG: Readonly<Record<string, Request>> = {
  tolerations: create("pods", pod(podSpec({ tolerations: [...many(notReady), { operator: "Exists" }] }))),
  containers: create(
    "pods",
    pod(
      podSpec({
        containers: many(0)
          .map((_, index) => container({ name: `c${index}` }))
          .concat(container({ name: "last", image: "docker.io/library/nginx:1" })),
      }),
    ),
  ),
  annotations: create(
    "pods",
    pod(podSpec(), {
      annotations: Object.fromEntries([
        ...many("").map((_, index) => [`a${index}`, "x"]),
        ["karpenter.sh/do-not-disrupt", "true"],
      ]),
    }),
  ),
  volumes: create(
    "pods",
    pod(
      podSpec({
        volumes: [
          ...many(0).map((_, index) => ({ name: `v${index}`, emptyDir: {} })),
          { name: "last", csi: { driver: "nfs.csi.k8s.io" } },
        ],
      }),
    ),
  ),
  "variables of a container": create(
    "pods",
    pod(
      podSpec({
        containers: [container({ env: many(0).map((_, index) => ({ name: `V${index}`, value: "x" })) })],
        tolerations: [{ operator: "Exists" }],
      }),
    ),
  ),
  finalizers: create("configmaps", {
    ...configMap({ finalizers: [...many("orphan"), "example.com/for-ever"] }),
  }),
  "rules of a Role": create("roles", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "long" },
    rules: [...many(rule), { ...rule, verbs: ["*"] }],
  }),
  "peers of a network policy": create("networkpolicies", {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "long" },
    spec: {
      podSelector: {},
      ingress: [{ from: [...many({ podSelector: {} }), { namespaceSelector: {} }] }],
    },
  }),
  "rules of an Ingress": create("ingresses", ingress([...many("acme.example.com"), "www.globex.example.com"], [])),
  "certificates of an Ingress": create(
    "ingresses",
    ingress(["acme.example.com"], [...many("acme.example.com"), "www.globex.example.com"]),
  ),
  "names of a route": create("httproutes", {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "long" },
    spec: { hostnames: [...many("acme.example.com"), "www.globex.example.com"] },
  }),
  "subjects of a binding": create("rolebindings", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "long" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "long" },
    subjects: [...many(ownAccount), { ...ownAccount, namespace: "globex" }],
  }),
  "audiences of a token": {
    ...create("serviceaccounts/default/token", {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name: "default" },
      spec: { audiences: [...many("vault"), "sts.amazonaws.com"] },
    }),
    apiVersion: "v1",
  },
  owners: create(
    "configmaps",
    configMap({ ownerReferences: [...many(0).map((_, index) => owner("Pod", index)), owner("Node", 1000)] }),
  ),
  "sources of a volume": create(
    "pods",
    pod(
      podSpec({
        volumes: [
          { name: "v", projected: { sources: [...many(0).map((_, i) => token(i, "vault")), token(1000, "sts")] } },
        ],
      }),
    ),
  ),
  "choices of a device": create("resourceclaims", {
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceClaim",
    metadata: { name: "long" },
    spec: {
      devices: {
        requests: many(0)
          .slice(0, MOST_DEVICES)
          .map((_, i) => ({ name: `r${i}`, exactly: { deviceClassName: i === MOST_DEVICES - 1 ? "tpu" : "gpu" } })),
      },
    },
  }),
  "tolerations of a template": create(
    "deployments",
    deployment(podSpec({ tolerations: [...many(notReady), { operator: "Exists" }] })),
  ),
  "containers of a template": create(
    "cronjobs",
    cronJob(
      podSpec({
        containers: many(0)
          .map((_, index) => container({ name: `c${index}` }))
          .concat(container({ name: "last", image: "docker.io/library/nginx:1" })),
      }),
    ),
  ),
  "external addresses": create(
    "services",
    service({ externalIPs: many(0).map((_, i) => `203.0.${i >> 8}.${i & 255}`) }),
  ),
};

export function describeReach(api: () => ClusterApi): void {
  describe("the reach of the guardrails", () => {
    const adopted = namespaceOf("nobody", "adopted", "all");

    it("a namespace that is only warned gets what would be refused, and is told so", async () => {
      const answer = await send(api(), create("pods", pod(podSpec(wild))), WARNED);
      expect(verdict(answer)).to.equal("accepted");
      expect(answer.warnings.join()).to.include("[placement-tolerations] a toleration opens other nodes");
    });

    it("the control plane's namespaces are not judged", async () => {
      expect(verdict(await send(api(), create("pods", pod(sharedPodSpec(wild))), "kube-system"))).to.equal("accepted");
    });

    it("a node renews its lease", async () => {
      const node = { user: "system:node:shared-0", groups: ["system:nodes"] };
      const renewal = patch(
        "coordination.k8s.io/v1",
        "leases/shared-0",
        { spec: { leaseDurationSeconds: 41 } },
        { as: node },
      );
      expect(verdict(await send(api(), renewal, "kube-node-lease"))).to.equal("accepted");
    });

    it("what ran before the guardrails can be labelled, scaled and cleaned up", async () => {
      const as = "wildcard";
      const [name = ""] = await podsOf(api(), adopted);
      const requests = [
        patch("apps/v1", "deployments/app", { metadata: { labels: { team: "web" } } }, { as }),
        patch("apps/v1", "deployments/app/scale", { spec: { replicas: 0 } }, { as }),
        patch("v1", `pods/${name}`, { metadata: { finalizers: ["example.com/count"] } }, { as }),
      ];
      const verdicts = await Promise.all(requests.map(async (request) => verdict(await send(api(), request, adopted))));
      expect(verdicts).to.deep.equal(["accepted", "accepted", "accepted"]);
    });

    it("but not made anew", async () => {
      const another = { ...AGENT, metadata: { name: "another" } };
      expect(verdict(await send(api(), create("deployments", another), adopted))).to.equal(
        "refused by placement-tolerations",
      );
    });

    it("a thousand legal entries of each list are let through", async () => {
      const legal = pod(
        podSpec({
          tolerations: many(notReady),
          containers: [container({ env: many(0).map((_, index) => ({ name: `V${index}`, value: "x" })) })],
          volumes: many(0).map((_, index) => ({ name: `v${index}`, emptyDir: {} })),
        }),
        { annotations: Object.fromEntries(many("").map((_, index) => [`a${index}`, "x"])) },
      );
      const answer = await send(api(), create("pods", legal), namespaceOf("dedicated", "lock-objects", "all"));
      expect(verdict(answer)).to.equal("accepted");
    });

    for (const [what, request] of Object.entries(LONG)) {
      it(`a thousand ${what} hide nothing`, async () => {
        const answer = await send(api(), request, namespaceOf("dedicated", "lock-objects", "all"));
        expect(answer.status, messageOf(answer)).to.equal(403);
        expect(messageOf(answer)).to.include("ValidatingAdmissionPolicy");
      });
    }
  });
}
