import {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "@pulumi/kubernetes/admissionregistration/v1";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { Job } from "@pulumi/kubernetes/batch/v1";
import {
  LimitRange,
  Namespace,
  Pod,
  ResourceQuota,
  ServiceAccount,
  ServiceAccountPatch,
} from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { RuntimeClass } from "@pulumi/kubernetes/node/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "./manifest";
import { isNamedAfter, joined } from "./naming";

type KubernetesClass = new (name: string, args: never, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** The SDK's class for each kind that planners produce. Typed classes, so that a preview shows fields and not text. */
const CLASSES: Readonly<Record<string, KubernetesClass>> = {
  "v1/LimitRange": LimitRange,
  "v1/Namespace": Namespace,
  "v1/Pod": Pod,
  "v1/ResourceQuota": ResourceQuota,
  "v1/ServiceAccount": ServiceAccount,
  "apps/v1/Deployment": Deployment,
  "batch/v1/Job": Job,
  "networking.k8s.io/v1/NetworkPolicy": NetworkPolicy,
  "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy": MutatingAdmissionPolicy,
  "admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding": MutatingAdmissionPolicyBinding,
  "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy": ValidatingAdmissionPolicy,
  "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding": ValidatingAdmissionPolicyBinding,
  "node.k8s.io/v1/RuntimeClass": RuntimeClass,
  "policy/v1/PodDisruptionBudget": PodDisruptionBudget,
  "rbac.authorization.k8s.io/v1/ClusterRole": ClusterRole,
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ClusterRoleBinding,
  "rbac.authorization.k8s.io/v1/Role": Role,
  "rbac.authorization.k8s.io/v1/RoleBinding": RoleBinding,
  "karpenter.sh/v1/NodePool": customKind("karpenter.sh/v1", "NodePool"),
  "karpenter.k8s.aws/v1/EC2NodeClass": customKind("karpenter.k8s.aws/v1", "EC2NodeClass"),
};

/** Kinds that a chart brings: the SDK has one class for all of them, which has to be told which. */
function customKind(apiVersion: string, kind: string): KubernetesClass {
  return class extends CustomResource {
    constructor(name: string, args: object, opts: pulumi.CustomResourceOptions) {
      super(name, { ...args, apiVersion, kind }, opts);
    }
  };
}

/** Classes for objects that exist already and of which only some fields are ours. */
const PATCH_CLASSES: Readonly<Record<string, KubernetesClass>> = {
  "v1/ServiceAccount": ServiceAccountPatch,
};

export type Construct = (manifest: Manifest, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** Makes objects of a component, named after it and after what they are on the cluster. */
export function manifestsUnder(parent: pulumi.ComponentResource, prefix: string): Construct {
  return (manifest, opts) => make(CLASSES, manifest, prefix, { parent, ...opts });
}

/** Sets the manifest's fields on an object that somebody else makes. */
export function patchesUnder(parent: pulumi.ComponentResource, prefix: string): Construct {
  return (manifest, opts) => make(PATCH_CLASSES, manifest, prefix, { parent, ...opts });
}

function make(
  classes: typeof CLASSES,
  manifest: Manifest,
  prefix: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const type = `${manifest.apiVersion}/${manifest.kind}`;
  const Resource = classes[type];
  if (!Resource) throw new TypeError(`no class for ${type}`);
  const { apiVersion: _, kind: __, ...args } = manifest;
  return new Resource(logicalName(manifest, prefix), args as never, opts);
}

/** Unique within a type: `acme-web` for a namespace, `acme-web/bulkhead-budget` for an object in it. */
function logicalName({ metadata }: Manifest, prefix: string): string {
  const name = metadata.namespace === undefined ? metadata.name : joined(metadata.namespace, metadata.name);
  return isNamedAfter(prefix, name) ? name : `${prefix}-${name}`;
}
