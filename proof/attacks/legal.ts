import type { RuntimeClass } from "kubernetes-types/node/v1";
import { ANNOTATIONS } from "../../config/names";
import type { Step } from "./attack";
import { type Body, creating, given, type Request } from "./request";
import type { Scene } from "./scene";

/** What an attack does to a legal pod: fields of its spec, of its container, and of its metadata. */
export interface PodChange {
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Fields of the only container; with `securityContext` merged into the legal one. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Merged into the pod's legal security context. */
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly [specField: string]: unknown;
}

export type Change = PodChange | ((scene: Scene) => PodChange);

/** A request that creates a pod, and what of it is not as in every legal pod. */
export interface PodStep extends Step {
  readonly change: Change;
}

const IMAGE_WITHOUT_REGISTRY = "registry.example.com/pause:3.10";

/** An image the tenant may run. */
export function legalImage({ tenant }: Scene): string {
  const [registry] = tenant.tenant.images;
  return registry === undefined ? IMAGE_WITHOUT_REGISTRY : `${registry}pause:3.10`;
}

export function legalContainer(scene: Scene, name = "app"): Record<string, unknown> {
  return {
    name,
    image: legalImage(scene),
    imagePullPolicy: "Always",
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

/** What Pod Security's restricted level, the tenant's class and its registries ask for, and nothing more. */
export function podSpec(scene: Scene, change: Change = {}): Record<string, unknown> {
  const { metadata: _, container = {}, securityContext = {}, ...fields } = given(change, scene);
  const legal = legalContainer(scene);
  const { runtimeClassName } = scene.tenant;
  const userNamespaces = scene.space.namespace.metadata.annotations?.[ANNOTATIONS.userNamespaces];
  return {
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
    ...(userNamespaces === "required" ? { hostUsers: false } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: "RuntimeDefault" },
      ...securityContext,
    },
    containers: [{ ...legal, ...container, securityContext: merged(legal.securityContext, container.securityContext) }],
    ...fields,
  };
}

function merged(one: unknown, other: unknown): object {
  return { ...(one as object), ...((other as object | undefined) ?? {}) };
}

export function podMetadata(scene: Scene, change: Change = {}): Readonly<Record<string, unknown>> {
  return given(change, scene).metadata ?? {};
}

/** A pod of the tenant's; unchanged, a legal one. */
export function pod(change: Change = {}, more: Partial<Request> = {}): PodStep {
  const body = (scene: Scene) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: podMetadata(scene, change),
    spec: podSpec(scene, change),
  });
  const step = creating("pods", body, more);
  return Object.assign(step, { change });
}

interface Stored {
  readonly kind?: string;
  readonly spec?: StoredSpec & {
    readonly template?: { readonly spec?: StoredSpec };
    readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly spec?: StoredSpec } } };
  };
}

/** What walls that let pods in look at. */
export interface StoredSpec {
  readonly runtimeClassName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  readonly hostUsers?: boolean;
  readonly containers?: readonly StoredContainer[];
  readonly initContainers?: readonly StoredContainer[];
  readonly ephemeralContainers?: readonly StoredContainer[];
  readonly volumes?: readonly { readonly image?: { readonly pullPolicy?: string } }[];
}

interface StoredContainer {
  readonly imagePullPolicy?: string;
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
}

/** The pod of an object that the server would store: itself, or the template in it. */
export function storedPod(stored: unknown): StoredSpec {
  const { spec = {} } = stored as Stored;
  return spec.jobTemplate?.spec?.template?.spec ?? spec.template?.spec ?? spec;
}

export function isPodStep(step: Step): step is PodStep {
  return "change" in step;
}

/** Selector and tolerations of the tenant's own class, as a DaemonSet's template has to spell them out. */
export function ownPlacement({ tenant }: Scene): Record<string, unknown> {
  const [manifest] = tenant.runtimeClasses;
  const { nodeSelector, tolerations } = (manifest as RuntimeClass | undefined)?.scheduling ?? {};
  return { ...(nodeSelector ? { nodeSelector } : {}), ...(tolerations ? { tolerations } : {}) };
}

export function service(fields: Readonly<Record<string, unknown>> = {}, metadata: Body["metadata"] = {}): Body {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: { app: "isolation-proof" }, ports: [{ port: 80 }], ...fields },
  };
}

export function configMap(metadata: NonNullable<Body["metadata"]> = {}): Body {
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { proof: "bulkhead" } };
}
