import type { MatchResources } from "kubernetes-types/admissionregistration/v1";
import type { Deployment } from "kubernetes-types/apps/v1";
import type { Job } from "kubernetes-types/batch/v1";
import type { Pod, PodSpec } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import { NAMESPACE_NAME_LABEL } from "../../config/names";
import { tenant as tenantSchema } from "../../config/schema";
import { shares } from "../../config/shares";
import type { Manifest } from "../manifest";
import { budgetQuota, containerLimits } from "../tenant/budget";
import { namespaceManifest } from "../tenant/namespace";
import type { MutatingBinding, ValidatingBinding } from "./bindings";
import type { GuardrailManifests } from "./plan";
import { digest } from "./policies";

/** Namespace in which guardrails are tried before they reach any other. Reserved: no tenant's name begins so. */
export const CANARY_NAMESPACE = "bulkhead-canary";

/**
 * Policies at work where they can harm nobody. In this order: the bindings, the namespace, what is in it, each probe
 * after the one before. Only when the last of them is ready are the policies bound everywhere: one that would refuse
 * the control plane's own controllers, or whoever deploys, fails the deployment here and reaches nothing else.
 */
export interface Canary {
  readonly bindings: readonly (ValidatingBinding | MutatingBinding)[];
  readonly namespace: Manifest;
  /** What every tenant's namespace has. */
  readonly guards: readonly Manifest[];
  readonly probes: readonly Manifest[];
}

/** `minor`: of the cluster, as 1.36. */
export function planCanary(
  { policies, mutations, bindings, mutationBindings }: GuardrailManifests,
  minor: string,
): Canary {
  const spec = tenantSchema.parse({});
  const space = { name: CANARY_NAMESPACE, part: CANARY_NAMESPACE };
  const tenant = { ...spec, id: CANARY_NAMESPACE, namespaces: [space] };
  const share = shares(tenant).get(CANARY_NAMESPACE);
  if (!share) throw new TypeError(`no share for namespace ${CANARY_NAMESPACE}`);
  const version = digest([...policies, ...mutations].map(({ metadata }) => metadata.name));
  return {
    bindings: [...onePerPolicy(bindings).map(refusingInCanary), ...mutationBindings.map(fillingInCanary)],
    namespace: namespaceManifest(tenant, space, "enforce", minor, {}),
    guards: [budgetQuota(tenant, CANARY_NAMESPACE, share), containerLimits(tenant, CANARY_NAMESPACE, share), silence],
    probes: [settling(version), probe(version), worker(version), unplaced(version), removable(version)],
  };
}

function onePerPolicy(bindings: readonly ValidatingBinding[]): ValidatingBinding[] {
  return [...new Map([...bindings].reverse().map((binding) => [binding.spec?.policyName, binding])).values()].reverse();
}

/** Refusing in an estate that warns, too: what comes out here is what that estate wants to know before it enforces. */
function refusingInCanary({ metadata, spec, ...rest }: ValidatingBinding): ValidatingBinding {
  return { ...rest, metadata: renamed(metadata), spec: { ...spec, validationActions: ["Deny"], matchResources: HERE } };
}

function fillingInCanary({ metadata, spec, ...rest }: MutatingBinding): MutatingBinding {
  return { ...rest, metadata: renamed(metadata), spec: { ...spec, matchResources: HERE } };
}

const HERE: MatchResources = {
  namespaceSelector: {
    matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: "In", values: [CANARY_NAMESPACE] }],
  },
};

function renamed(metadata: Manifest["metadata"]): Manifest["metadata"] {
  return { ...metadata, name: metadata.name.replace(/^bulkhead-/, "bulkhead-canary-") };
}

/** Nothing ever runs here that could send or receive. */
const silence: NetworkPolicy & Manifest = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "bulkhead-baseline", namespace: CANARY_NAMESPACE },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};

/** Longest time in which every API server is expected to have taken up a binding: each looks once a second. */
const SETTLING_SECONDS = 5;
const PATIENCE_SECONDS = 60;

/**
 * A policy bites a moment after it was bound, and no object of Kubernetes says when. A Deployment that makes no
 * progress is the one clock whose ring can be waited for.
 */
function settling(version: string): Deployment & Manifest {
  return deployment("settling", version, "condition=Progressing=False", {
    progressDeadlineSeconds: SETTLING_SECONDS,
  });
}

/** Another version of the policies is another pod template, so both controllers have to do their work again under them. */
function probe(version: string): Deployment & Manifest {
  return deployment("probe", version, "jsonpath={.status.updatedReplicas}=1", {});
}

/** Named after the version, since neither a Job nor a pod can be changed: another version is another object. */
function probed(name: string, version: string, waitFor: string): Manifest["metadata"] {
  return {
    name: `${name}-${version}`,
    namespace: CANARY_NAMESPACE,
    annotations: { "pulumi.com/waitFor": waitFor, "pulumi.com/timeoutSeconds": String(PATIENCE_SECONDS) },
  };
}

/** The Job controller makes its pod with a finalizer and an owner, and writes the Job's status. */
function worker(version: string): Job & Manifest {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: probed("worker", version, "jsonpath={.status.active}=1"),
    spec: { template: { spec: { ...POD, restartPolicy: "Never" } } },
  };
}

/** No node is as it wants. The scheduler says so in its status: that it can is what binding would need of it, too. */
function unplaced(version: string): Pod & Manifest {
  const { schedulingGates: _, ...ungated } = POD;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: probed("unplaced", version, "condition=PodScheduled=False"),
    spec: { ...ungated, nodeSelector: { "bulkhead.dev/canary": "none" } },
  };
}

/** The disruption controller counts pods; without its status no pod of a tenant could be evicted, and no node replaced. */
function removable(version: string): PodDisruptionBudget & Manifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: probed("removable", version, "jsonpath={.status.observedGeneration}=1"),
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: { app: "probe" } } },
  };
}

function deployment(
  name: string,
  version: string,
  waitFor: string,
  more: { progressDeadlineSeconds?: number },
): Deployment & Manifest {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace: CANARY_NAMESPACE,
      annotations: { "pulumi.com/waitFor": waitFor, "pulumi.com/timeoutSeconds": String(PATIENCE_SECONDS) },
    },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 0,
      ...more,
      selector: { matchLabels: labels },
      template: { spec: POD, metadata: { labels, annotations: { "guardrails-version": version } } },
    },
  };
}

/** Little enough that two versions of all probes fit into the namespace's budget. */
const LITTLE = { cpu: "10m", memory: "16Mi", "ephemeral-storage": "16Mi" };

/** A pod that is legal anywhere and waits for ever at the gate: it needs no node, and its image is never pulled. */
const POD: PodSpec = {
  schedulingGates: [{ name: "bulkhead.dev/canary" }],
  containers: [
    {
      name: "canary",
      image: "registry.k8s.io/pause:3.10",
      imagePullPolicy: "Always",
      resources: { limits: LITTLE, requests: LITTLE },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
  securityContext: { runAsNonRoot: true, runAsUser: 65535, seccompProfile: { type: "RuntimeDefault" } },
};
