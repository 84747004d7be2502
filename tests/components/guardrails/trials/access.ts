import { generateKeyPairSync, sign } from "node:crypto";
import { create, get, patch, remove } from "../request";
import type { Trial } from "../trial";
import { configMap, pod, podSpec, service } from "../workloads";

const group = "rbac.authorization.k8s.io";
const role = (...rules: object[]) => ({ apiVersion: `${group}/v1`, kind: "Role", metadata: { name: "app" }, rules });
const reading = { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] };
const binding = (roleRef: object, ...subjects: object[]) => ({
  apiVersion: `${group}/v1`,
  kind: "RoleBinding",
  metadata: { name: "app" },
  roleRef: { apiGroup: group, ...roleRef },
  subjects,
});
const ownRole = { kind: "Role", name: "app" };
const ownAccount = { kind: "ServiceAccount", name: "default", namespace: "NAMESPACE" };
const clusterRole = (name: string) => ({ kind: "ClusterRole", name });

export const rbacTrials: readonly Trial[] = [
  {
    rule: "rbac-verbs",
    legal: create("roles", role(reading)),
    attacks: Object.fromEntries(
      ["escalate", "bind", "impersonate", "impersonate:user-info", "*"].map((verb) => [
        `T56 grants ${verb}`,
        create("roles", role({ ...reading, verbs: [verb] })),
      ]),
    ),
  },
  {
    rule: "rbac-resources",
    legal: create("roles", role(reading, { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch"] })),
    attacks: {
      "T53 grants every resource": create("roles", role({ ...reading, resources: ["*"] })),
      "T53 grants every subresource": create("roles", role({ ...reading, resources: ["pods/*"] })),
      "T53 grants every group": create("roles", role({ ...reading, apiGroups: ["*"] })),
      "T56 grants proxies": create("roles", role({ ...reading, resources: ["services/proxy"] })),
      "T56 grants bindings": create("roles", role({ ...reading, resources: ["pods/binding"] })),
    },
  },
  {
    rule: "rbac-role-ref",
    given: [create("roles", role(reading))],
    legal: create("rolebindings", binding(ownRole, ownAccount)),
    attacks: Object.fromEntries(
      ["cluster-admin", "admin", "edit", "view", "system:auth-delegator"].map((name) => [
        `T55 binds ${name}`,
        create("rolebindings", binding(clusterRole(name), ownAccount)),
      ]),
    ),
  },
  {
    rule: "rbac-subjects",
    given: [create("roles", role(reading))],
    legal: create("rolebindings", binding(ownRole, { ...ownAccount, namespace: "acme-batch" })),
    attacks: {
      "T63 lets everybody in": create(
        "rolebindings",
        binding(ownRole, { apiGroup: group, kind: "Group", name: "system:authenticated" }),
      ),
      "T63 lets strangers in": create(
        "rolebindings",
        binding(ownRole, { apiGroup: group, kind: "User", name: "system:anonymous" }),
      ),
      "T63 lets another tenant's group in": create(
        "rolebindings",
        binding(ownRole, { apiGroup: group, kind: "Group", name: "globex-admins" }),
      ),
      "T58 lets another tenant's account in": create(
        "rolebindings",
        binding(ownRole, { kind: "ServiceAccount", name: "default", namespace: "globex" }),
      ),
      "T58 lets an account of a namespace in that is only called alike": create(
        "rolebindings",
        binding(ownRole, { kind: "ServiceAccount", name: "default", namespace: "acmetwo" }),
      ),
    },
  },
];

const projected = (source: object) =>
  create("pods", pod(podSpec({ volumes: [{ name: "v", projected: { sources: [source] } }] })));
const token = (audiences: string[]) =>
  create("serviceaccounts/default/token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: { name: "default" },
    spec: { audiences },
  });
/** The token's path is in another API group than its object. */
const atCore = (request: ReturnType<typeof token>) => ({ ...request, apiVersion: "v1" });

export const identityTrials: readonly Trial[] = [
  {
    rule: "identity-token-secret",
    legal: create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "app" }, stringData: { key: "x" } }),
    attacks: {
      "T66 keeps a token for ever": create("secrets", {
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/service-account-token",
        metadata: { name: "app", annotations: { "kubernetes.io/service-account.name": "default" } },
      }),
    },
  },
  {
    rule: "identity-token-audience",
    legal: atCore(token(["vault"])),
    attacks: { "T65 gets a token for the cloud": atCore(token(["sts.amazonaws.com"])) },
  },
  {
    rule: "identity-projected-audience",
    legal: projected({ serviceAccountToken: { path: "token", audience: "vault" } }),
    attacks: {
      "T65 mounts a token for the cloud": projected({
        serviceAccountToken: { path: "token", audience: "sts.amazonaws.com" },
      }),
    },
  },
  {
    rule: "identity-projected-certificate",
    legal: projected({ serviceAccountToken: { path: "token" } }),
    attacks: {
      "T67 has its key signed by whomever": projected({
        podCertificate: { signerName: "example.com/any", keyType: "ED25519", credentialBundlePath: "bundle.pem" },
      }),
    },
  },
  {
    rule: "identity-projected-bundle",
    legal: projected({
      clusterTrustBundle: { signerName: "kubernetes.io/kube-apiserver-serving", labelSelector: {}, path: "ca.pem" },
    }),
    attacks: {
      "T67 believes whomever a signer does": projected({
        clusterTrustBundle: { signerName: "example.com/any", labelSelector: {}, path: "ca.pem" },
      }),
      "T67 believes whomever a bundle names": projected({
        clusterTrustBundle: { name: "of-globex", path: "ca.pem" },
      }),
    },
  },
  {
    rule: "identity-certificate-request",
    legal: create("configmaps", configMap()),
    attacks: {
      "T67 has its key signed as another pod's": create("podcertificaterequests", certificateRequest()),
    },
  },
  {
    rule: "identity-annotations",
    legal: create("serviceaccounts", account({ team: "web" })),
    attacks: {
      "T132 takes another tenant's cloud role": create(
        "serviceaccounts",
        account({ "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/globex" }),
      ),
    },
  },
];

/** Proven to be the holder of the key, as the server demands before any policy is asked. */
function certificateRequest() {
  const podUID = "00000000-0000-0000-0000-000000000001";
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    apiVersion: "certificates.k8s.io/v1beta1",
    kind: "PodCertificateRequest",
    metadata: { name: "app" },
    spec: {
      signerName: "example.com/signer",
      podName: "app",
      podUID,
      serviceAccountName: "default",
      serviceAccountUID: podUID,
      nodeName: "shared-0",
      nodeUID: podUID,
      maxExpirationSeconds: 3600,
      pkixPublicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
      proofOfPossession: sign(null, Buffer.from(podUID), privateKey).toString("base64"),
    },
  };
}

function account(annotations: object) {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "app", annotations } };
}

const owner = (apiVersion: string, kind: string) => ({
  apiVersion,
  kind,
  name: "x",
  uid: "00000000-0000-0000-0000-000000000001",
  blockOwnerDeletion: true,
});
const managed = { "app.kubernetes.io/managed-by": "bulkhead" };

export const lockTrials: readonly Trial[] = [
  {
    rule: "lock-objects",
    given: [
      create("configmaps", configMap({ name: "bulkhead-facts" })),
      create("configmaps", configMap({ name: "labelled", labels: managed })),
      create("configmaps", configMap({ name: "free" })),
      create("networkpolicies", {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "bulkhead-baseline" },
        spec: { podSelector: {} },
      }),
      create("rolebindings", { ...binding(clusterRole("view")), metadata: { name: "bulkhead:tenant-viewer" } }),
    ],
    legal: patch("v1", "configmaps/free", { data: { colour: "red" } }),
    attacks: {
      "T62 changes an object of the platform": patch("v1", "configmaps/bulkhead-facts", { data: { colour: "red" } }),
      "T62 removes one": remove("v1", "configmaps/bulkhead-facts"),
      "T76 removes the network policy": remove("networking.k8s.io/v1", "networkpolicies/bulkhead-baseline"),
      "T62 removes a binding": remove(`${group}/v1`, "rolebindings/bulkhead:tenant-viewer"),
      "T62 removes everything there is": remove("v1", "configmaps"),
      "T62 takes the mark off": patch("v1", "configmaps/labelled", {
        metadata: { labels: { "app.kubernetes.io/managed-by": null } },
      }),
      "T62 puts the mark on": patch("v1", "configmaps/free", { metadata: { labels: managed } }),
      "T62 takes a name that the platform will need": create("configmaps", configMap({ name: "bulkhead-flows" })),
    },
  },
  {
    rule: "lock-finalizers",
    given: [create("configmaps", configMap({ name: "free" }))],
    legal: patch("v1", "configmaps/free", { metadata: { finalizers: ["foregroundDeletion"] } }),
    attacks: {
      "T117 makes an object that stays for ever": create(
        "configmaps",
        configMap({ finalizers: ["example.com/never"] }),
      ),
      "T117 makes one stay for ever": patch("v1", "configmaps/free", {
        metadata: { finalizers: ["example.com/never"] },
      }),
    },
  },
  {
    rule: "lock-owner-references",
    legal: create("configmaps", configMap({ ownerReferences: [owner("apps/v1", "Deployment")] })),
    attacks: {
      "T118 belongs to a node": create("configmaps", configMap({ ownerReferences: [owner("v1", "Node")] })),
      "T118 belongs to a volume": create(
        "configmaps",
        configMap({ ownerReferences: [owner("v1", "PersistentVolume")] }),
      ),
    },
  },
];

/** Nowhere to run, so it has neither a node nor an address. */
const waiting = create("pods", pod(podSpec({ nodeSelector: { "example.com/none": "" } }), { name: "waiting" }));

export const statusTrials: readonly Trial[] = [
  {
    rule: "status-writers",
    given: [create("services", service({ type: "LoadBalancer" })), waiting],
    legal: patch("v1", "services/app", { spec: { ports: [{ port: 81 }] } }),
    attacks: {
      "T72 forges a pod's address": patch("v1", "pods/waiting/status", { status: { podIP: "10.1.2.3" } }),
      "T86 forges a Service's address": patch("v1", "services/app/status", {
        status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } },
      }),
      "T19 nominates its node": patch("v1", "pods/waiting/status", { status: { nominatedNodeName: "shared-0" } }),
    },
  },
];

export const connectTrials: readonly Trial[] = [
  {
    rule: "connect-proxy",
    given: [create("services", service()), waiting],
    legal: get("v1", "pods/waiting"),
    attacks: {
      "T70 sends requests from where the API server stands": get("v1", "pods/waiting:8080/proxy/", {
        beyond: "400 address not allowed",
      }),
      "T70 to a Service": get("v1", "services/app:80/proxy/", {
        beyond: '503 no endpoints available for service "app"',
      }),
    },
  },
];
