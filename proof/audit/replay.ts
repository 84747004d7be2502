/** An object as the API server stores it, as far as it is looked at here. */
export interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly Owner[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Fields;
  readonly status?: { readonly phase?: string };
  readonly [field: string]: unknown;
}

interface Owner {
  readonly uid: string;
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Whoever makes an object and keeps it as it should be; undefined for what people made themselves. */
export function controllerOf({ metadata }: Stored): Owner | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}

/**
 * The object as its author would send it if it had to be made again today: without what the server, the scheduler and
 * controllers have written on it since. Finalizers and owners are theirs as well.
 */
export function replayOf(stored: Stored): Fields {
  const { apiVersion, kind, metadata, status: _, spec, ...rest } = stored;
  const { name, namespace, labels, annotations } = metadata;
  // A pod's labels and annotations come from its template, which is asked about itself, or were added later.
  const written = controllerOf(stored) ? {} : { labels, annotations: withoutKey(annotations, LAST_APPLIED) };
  const fields = spec === undefined ? {} : { spec: (SPECS[kind] ?? asItIs)(spec, stored) };
  return { apiVersion, kind, metadata: { name, namespace, ...written }, ...withoutKeys(rest, CONTENT), ...fields };
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What no rule reads and nobody should carry around: contents of Secrets; the tokens that an account was once given. */
const CONTENT = ["data", "stringData", "binaryData", "secrets"];

type Rewrite = (spec: Fields, stored: Stored) => Fields;

const asItIs: Rewrite = (spec) => spec;

const SPECS: Readonly<Record<string, Rewrite>> = {
  Pod: (spec) => withoutKeys(spec, ["nodeName", "ephemeralContainers", "overhead", "priority", "preemptionPolicy"]),
  Service: (spec) => ({
    ...withoutKeys(spec, ["clusterIP", "clusterIPs", "healthCheckNodePort"]),
    ...(spec.clusterIP === "None" ? { clusterIP: "None" } : {}),
    ...(Array.isArray(spec.ports) ? { ports: spec.ports.map((port) => withoutKeys(port, ["nodePort"])) } : {}),
  }),
  // Who chose the volume stands beside it.
  PersistentVolumeClaim: (spec, { metadata }) =>
    metadata.annotations?.["pv.kubernetes.io/bound-by-controller"] === "yes" ? withoutKeys(spec, ["volumeName"]) : spec,
  Job: (spec) => (spec.manualSelector === true ? spec : withoutSelector(spec)),
};

/** A Job's selector and the labels it selects by are made up by the server, for one Job only. */
function withoutSelector(spec: Fields): Fields {
  const template = Object(spec.template) as { metadata?: { labels?: Record<string, string> } };
  const names = ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];
  const labels = withoutKeys(template.metadata?.labels ?? {}, names);
  return { ...withoutKeys(spec, ["selector"]), template: { ...template, metadata: { ...template.metadata, labels } } };
}

function withoutKey<T extends Fields>(fields: T | undefined, key: string): Fields | undefined {
  return fields === undefined ? undefined : withoutKeys(fields, [key]);
}

function withoutKeys(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));
}
