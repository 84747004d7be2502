import { generateKeyPairSync, sign } from "node:crypto";
import { collection } from "../../components/cluster/collection";
import { tokenAudiences } from "../../components/identity/audiences";
import { servedVersion, serves } from "../live/cluster";
import type { Attack, Step } from "./attack";
import { configMap, pod } from "./legal";
import { scratchPod } from "./placement";
import {
  creating,
  creatingIn,
  given,
  isAbsent,
  MERGE,
  mayI,
  patching,
  type Request,
  reading,
  STRATEGIC,
} from "./request";
import type { Scene } from "./scene";
import { admission, certificates, rbac, unlessDropped } from "./walls";

const own = ({ namespace }: Scene) => `/api/v1/namespaces/${namespace}`;

const readingOwnPods = reading((scene) => `${own(scene)}/pods`);
const creatingConfigMap = creating("configmaps", configMap());
const mayGetPods = mayI(({ namespace }) => ({ verb: "get", resource: "pods", namespace }));

/** Forged identities can only be tried by somebody logged in, so the server's own review is asked. */
const impersonating = (id: string, title: string, attributes: Readonly<Record<string, string>>): Attack => ({
  id,
  title,
  alias: "X-RB-2",
  control: mayGetPods,
  attack: mayI({ verb: "impersonate", ...attributes }),
  stoppedBy: rbac(),
});

/** A token of the default account, of the shortest life there is: nobody keeps it. */
export const tokenFor =
  (namespace: (scene: Scene) => string, audiences?: readonly string[]): Step =>
  (scene) => ({
    method: "POST",
    path: `${namespace(scene)}/serviceaccounts/default/token`,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 600, ...(audiences ? { audiences } : {}) },
    },
    dryRun: "none",
  });

const secret = (type: string, annotations = {}) =>
  creating("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { annotations },
    type,
    stringData: { proof: "x" },
  });

const projecting = (source: object | ((scene: Scene) => object)) =>
  pod((scene) => ({ volumes: [{ name: "reach", projected: { sources: [given(source, scene)] } }] }));

const SOME_UID = "00000000-0000-4000-8000-000000000000";

/** For a pod that does not exist, with the proof that the server asks for: the pod's uid, signed by a key of now. */
function podCertificate(): object {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    signerName: "any.example/signer",
    podName: "isolation-proof-target",
    podUID: SOME_UID,
    serviceAccountName: "default",
    serviceAccountUID: SOME_UID,
    nodeName: "node",
    nodeUID: SOME_UID,
    maxExpirationSeconds: 86_400,
    pkixPublicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    proofOfPossession: sign(null, Buffer.from(SOME_UID), privateKey).toString("base64"),
  };
}

/** In a pod or in any template. */
const without = (source: string) => (stored: unknown) => !JSON.stringify(stored).includes(source);

/** One that the tenant's tokens may not be made for. */
const foreignAudience = ({ tenant }: Scene) =>
  tokenAudiences(tenant.tenant).includes("sts.amazonaws.com") ? "isolation-proof.example.com" : "sts.amazonaws.com";

/** One that they may be made for, besides the API server's own; undefined where there is none. */
const ownAudience = ({ tenant }: Scene) => tokenAudiences(tenant.tenant)[0];

const TOKEN = { serviceAccountToken: { path: "token", expirationSeconds: 600 } };

const tokenWith = (audience: string | undefined) => ({
  serviceAccountToken: { ...TOKEN.serviceAccountToken, ...(audience === undefined ? {} : { audience }) },
});

/** For O=system:masters, of a key that nobody has kept. */
const CSR_OF_MASTERS =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIdk1JR1ZBZ0VBTURNeEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVJnd0ZnWURWUVFEREE5cApjMjlzWVhScGIyNHRjSEp2YjJZd1dUQVRCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUJCd05DQUFUMUhlaEM5dEQ0CnFWZjBjMk5CUjA5OWRHSTdxeE1wNUp4V1BjWXB2M2RyOUJIN2RVTnc2T1kzNHovR2o2MEtFWUVuSC9COURtRmgKMzZEVzJtSDVKeDVib0FBd0NnWUlLb1pJemowRUF3SURTUUF3UmdJaEFOZnpWR01iT3ZzOWZmZUpJcE56T0g5ZQpnRWx5aTdDOTdtay9JQmtmOGdtT0FpRUFreUlTS2JacmhNZWVkbFRtVjFCWmtFck5HSWVPRVBzcytNZE95cGU2CjlYaz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==";

const signingRequest = creatingIn(() => ({}), "certificatesigningrequests", {
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  spec: { signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"], request: CSR_OF_MASTERS },
});

const status = (id: string, title: string, path: (scene: Scene) => string, body: object, needs: Request["needs"]) => ({
  id,
  title,
  control: readingOwnPods,
  attack: patching(path, { status: body }, STRATEGIC, {
    ...(needs ? { needs } : {}),
    through: isAbsent,
  }),
  stoppedBy: [rbac(), admission("status-writers")],
});

const FORGED = {
  type: "isolation-proof",
  status: "True",
  reason: "Proof",
  message: "forged",
  lastTransitionTime: "2026-01-01T00:00:00Z",
};

/** Of what a proof does not make: a router would answer for an Ingress, and a provisioner make a volume of a claim. */
const absentStatus = (id: string, title: string, resource: string, apiVersion: string): Attack => ({
  id,
  title,
  control: readingOwnPods,
  attack: patching(
    ({ namespace }) => `${collection(apiVersion, resource, { namespace })}/isolation-proof-target/status`,
    { status: {} },
    MERGE,
    { through: isAbsent },
  ),
  stoppedBy: rbac(),
});

const proxy = (id: string, title: string, path: (scene: Scene) => string): Attack => ({
  id,
  title,
  control: readingOwnPods,
  attack: (scene) => ({
    method: "GET",
    path: path(scene),
    dryRun: "none",
    // Relayed, or tried to: the API server found nothing at the other end.
    through: (answer) => answer === 404 || answer === 400 || answer === 503,
    needs: ["pod", "service"],
  }),
  stoppedBy: [rbac(), admission("connect-proxy")],
});

/** To be believed to be somebody else. */
export const identity: readonly Attack[] = [
  impersonating("T57", "pass for an administrator", { resource: "users", name: "admin" }),
  impersonating("T57-group", "pass for a member of system:masters", { resource: "groups", name: "system:masters" }),
  impersonating("T57-node", "pass for a node", { resource: "users", name: "system:node:any" }),
  {
    id: "T57-account",
    alias: "X-RB-2",
    title: "pass for a service account of the platform",
    control: mayGetPods,
    attack: mayI({ verb: "impersonate", resource: "serviceaccounts", name: "default", namespace: "kube-system" }),
    stoppedBy: rbac(),
  },
  {
    id: "T57-constrained",
    title: "pass for an administrator by the newer, narrower verb",
    alias: "X-RB-2",
    control: mayGetPods,
    attack: mayI({ verb: "impersonate:user-info", group: "authentication.k8s.io", resource: "users", name: "admin" }),
    stoppedBy: rbac(),
  },
  {
    id: "T65",
    title: "get a token that a cloud would believe",
    control: readingOwnPods,
    attack: (scene) => tokenFor(own, [foreignAudience(scene)])(scene),
    stoppedBy: [rbac(), admission("identity-token-audience")],
  },
  {
    id: "T65-projected",
    title: "have a token mounted that a cloud would believe",
    control: projecting((scene) => tokenWith(ownAudience(scene))),
    attack: projecting((scene) => tokenWith(foreignAudience(scene))),
    stoppedBy: admission("identity-projected-audience"),
  },
  {
    id: "T66",
    title: "get a token that never expires",
    control: secret("Opaque"),
    attack: secret("kubernetes.io/service-account-token", { "kubernetes.io/service-account.name": "default" }),
    stoppedBy: admission("identity-token-secret"),
  },
  {
    id: "T67",
    title: "have a certificate made for a pod",
    control: projecting(TOKEN),
    attack: projecting({
      podCertificate: { signerName: "any.example/signer", keyType: "ED25519", credentialBundlePath: "c" },
    }),
    stoppedBy: unlessDropped(admission("identity-projected-certificate"), without("podCertificate")),
  },
  {
    id: "T67-bundle",
    title: "believe whomever a signer of the cluster vouches for",
    control: projecting(TOKEN),
    attack: projecting({ clusterTrustBundle: { signerName: "any.example/signer", labelSelector: {}, path: "ca" } }),
    stoppedBy: unlessDropped(admission("identity-projected-bundle"), without("clusterTrustBundle")),
  },
  {
    id: "T67-request",
    title: "ask for a pod's certificate without a kubelet",
    unless: ({ cluster }) =>
      serves(cluster, "podcertificaterequests", "certificates.k8s.io")
        ? undefined
        : "the cluster serves no podcertificaterequests",
    control: readingOwnPods,
    attack: (scene) =>
      creating("podcertificaterequests", {
        apiVersion: `certificates.k8s.io/${servedVersion(scene.cluster, "podcertificaterequests", "certificates.k8s.io")}`,
        kind: "PodCertificateRequest",
        spec: podCertificate(),
      })(scene),
    stoppedBy: [rbac(), admission("identity-certificate-request")],
  },
  {
    id: "T68",
    title: "ask for a certificate of system:masters",
    control: creatingConfigMap,
    attack: signingRequest,
    stoppedBy: [rbac(), certificates()],
  },
  {
    id: "T68-approve",
    title: "approve a certificate",
    control: readingOwnPods,
    attack: patching(
      () => "/apis/certificates.k8s.io/v1/certificatesigningrequests/isolation-proof-target/approval",
      { status: {} },
      MERGE,
      { through: isAbsent },
    ),
    stoppedBy: rbac(),
  },
  proxy("T70", "have the API server call an own pod", (scene) => `${scratchPod(scene)}/proxy/`),
  proxy(
    "T70-service",
    "have the API server call what an own Service names",
    ({ namespace, run }) => `/api/v1/namespaces/${namespace}/services/isolation-proof-${run}-scratch/proxy/`,
  ),
  status("T72", "forge a pod's address", (scene) => `${scratchPod(scene)}/status`, { podIP: "10.1.2.3" }, ["pod"]),
  absentStatus(
    "T72-ingress",
    "forge the address of an Ingress, which DNS hands out",
    "ingresses",
    "networking.k8s.io/v1",
  ),
  absentStatus("T72-claim", "forge the size of a claim", "persistentvolumeclaims", "v1"),
  status(
    "T86",
    "forge a Service's status",
    ({ namespace, run }) => `/api/v1/namespaces/${namespace}/services/isolation-proof-${run}-scratch/status`,
    { conditions: [FORGED] },
    ["service"],
  ),
  {
    id: "T132",
    title: "name a cloud role on an own account",
    control: creating("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount" }),
    attack: creating("serviceaccounts", {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/victim" } },
    }),
    stoppedBy: admission("identity-annotations"),
  },
];
