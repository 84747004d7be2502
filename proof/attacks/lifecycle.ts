import type { Attack } from "./attack";
import { configMap, pod, podSpec } from "./legal";
import { creating, MERGE, patching, reading } from "./request";
import type { Scene } from "./scene";
import { admission, quota, type Wall } from "./walls";

/** In every namespace, made by the cluster itself. */
const rootCertificates = ({ namespace }: Scene) => `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`;

const ownedBy = (apiVersion: string, kind: string) =>
  creating(
    "configmaps",
    configMap({
      ownerReferences: [
        {
          apiVersion,
          kind,
          name: "isolation-proof",
          uid: "00000000-0000-4000-8000-000000000000",
          blockOwnerDeletion: true,
        },
      ],
    }),
  );

const HELD = { finalizers: ["attacker.example/hold"] };

const deployment = creating("deployments", (scene) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  spec: {
    selector: { matchLabels: { app: "isolation-proof" } },
    template: { metadata: { labels: { app: "isolation-proof" } }, spec: podSpec(scene) },
  },
}));

const readingPods = reading(({ namespace }) => `/api/v1/namespaces/${namespace}/pods`);

const unlessIn =
  (state: "frozen" | "leaving") =>
  ({ tenant }: Scene) =>
    tenant.tenant.state === state ? undefined : `the tenant is ${tenant.tenant.state}, not ${state}`;

/** Attacks that are for tenants which may no longer do what others may. */
export const STATES: ReadonlySet<string> = new Set(["X-FR-1", "X-FR-1-pod", "X-LV-1", "X-LV-1-object"]);

const CLOSED: Wall = admission("state-frozen");
const LEAVING: Wall = admission("state-leaving");
const NO_DEPLOYMENT = quota("bulkhead-budget", "count/deployments.apps");

/** To stay when one should be gone, and to go on when one should stop. */
export const lifecycle: readonly Attack[] = [
  {
    id: "T117",
    title: "keep an object, and with it the namespace, from ever being removed",
    control: creating("configmaps", configMap()),
    attack: creating("configmaps", configMap(HELD)),
    stoppedBy: admission("lock-finalizers"),
  },
  {
    id: "T117-update",
    title: "keep an object that exists from ever being removed",
    control: patching(rootCertificates, { metadata: { labels: { proof: "touched" } } }, MERGE),
    attack: patching(rootCertificates, { metadata: HELD }, MERGE),
    stoppedBy: admission("lock-finalizers"),
  },
  {
    id: "T118",
    title: "have a node wait for one's own object",
    control: ownedBy("v1", "ConfigMap"),
    attack: ownedBy("v1", "Node"),
    stoppedBy: admission("lock-owner-references"),
  },
  {
    id: "T118-namespace",
    title: "have a namespace wait for one's own object",
    control: ownedBy("v1", "ConfigMap"),
    attack: ownedBy("v1", "Namespace"),
    stoppedBy: admission("lock-owner-references"),
  },
  {
    id: "X-FR-1",
    title: "start something new while frozen",
    unless: unlessIn("frozen"),
    control: readingPods,
    attack: deployment,
    stoppedBy: [CLOSED, NO_DEPLOYMENT],
  },
  {
    id: "X-FR-1-pod",
    title: "start a pod while frozen",
    unless: unlessIn("frozen"),
    control: readingPods,
    attack: pod(),
    stoppedBy: CLOSED,
  },
  {
    id: "X-LV-1",
    title: "start something new while leaving",
    unless: unlessIn("leaving"),
    control: readingPods,
    attack: deployment,
    stoppedBy: [LEAVING, NO_DEPLOYMENT],
  },
  {
    id: "X-LV-1-object",
    title: "leave something behind while leaving",
    unless: unlessIn("leaving"),
    control: readingPods,
    attack: creating("configmaps", configMap()),
    stoppedBy: [LEAVING, quota("bulkhead-budget", "configmaps")],
  },
];
