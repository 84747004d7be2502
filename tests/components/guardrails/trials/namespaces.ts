import { create, patch, remove, replace } from "../request";
import type { Trial } from "../trial";
import { configMap } from "../workloads";

type Metadata = { readonly labels: object; readonly annotations: object };
type Namespace = { readonly metadata: Metadata };

const whole = { scope: "cluster" } as const;
/** Somebody with rights on the cluster who is not of the platform. */
const clusterwide = { scope: "cluster", as: { user: "clusterwide@example.com" } } as const;
const itself = (metadata: object, path = "namespaces/NAMESPACE") => patch("v1", path, { metadata }, whole);
const made = (name: string, labels: object = {}) =>
  create(
    "namespaces",
    {
      apiVersion: "v1",
      kind: "Namespace",
      // The guards of a namespace that does not exist are chosen by the labels it is to have.
      metadata: { name, labels: { "trials.example.com/without": "WITHOUT", ...labels } },
    },
    clusterwide,
  );
const metadataOf = (current: object) => (current as Namespace).metadata;

export const namespaceTrials: readonly Trial[] = [
  {
    rule: "namespace-facts",
    space: "nobody",
    legal: itself({ labels: { team: "web" }, annotations: { "example.com/contact": "web" } }),
    attacks: {
      "T60 becomes a tenant": itself({ labels: { "bulkhead.dev/tenant": "acme" } }),
      "T60 loosens its guards": itself({ labels: { "bulkhead.dev/guardrails": "warn" } }),
      "T60 gives itself hosts": itself({ annotations: { "bulkhead.dev/hosts": "acme.example.com" } }),
      "T60 by the status": itself({ labels: { "bulkhead.dev/tenant": "acme" } }, "namespaces/NAMESPACE/status"),
      "T60 by the finalizers": replace(
        "v1",
        "namespaces/NAMESPACE/finalize",
        (current) => ({
          ...current,
          metadata: { ...metadataOf(current), annotations: { "bulkhead.dev/hosts": "acme.example.com" } },
        }),
        whole,
      ),
      "T60 is made as a tenant's": made("acme-more", { "bulkhead.dev/tenant": "acme" }),
    },
  },
  {
    rule: "namespace-metadata",
    legal: create("configmaps", configMap()),
    attacks: {
      "T60 lowers Pod Security": itself({ labels: { "pod-security.kubernetes.io/enforce": "privileged" } }),
      "T115 makes itself an administrator of devices": itself({
        labels: { "resource.kubernetes.io/admin-access": "true" },
      }),
      "T60 lowers Pod Security by the status": itself(
        { labels: { "pod-security.kubernetes.io/enforce": null } },
        "namespaces/NAMESPACE/status",
      ),
      "T117 stays for ever": itself({ finalizers: ["example.com/never"] }),
    },
  },
  {
    rule: "namespace-removal",
    legal: create("configmaps", configMap()),
    attacks: { "T61 goes, to come back without guards": remove("v1", "namespaces/NAMESPACE", whole) },
  },
  {
    rule: "namespace-finalizers",
    legal: replace("v1", "namespaces/NAMESPACE/finalize", (current) => current, whole),
    attacks: {
      "T61 vanishes with everything in it": replace(
        "v1",
        "namespaces/NAMESPACE/finalize",
        (current) => ({ ...current, spec: { finalizers: [] } }),
        whole,
      ),
    },
  },
  {
    rule: "namespace-name",
    space: "nobody",
    legal: made("a-name-of-no-domain"),
    attacks: {
      "T95 answers for a domain": made("com"),
      "T95 answers for a domain of a country": made("io"),
      "T95 is called like the control plane": made("kube-extra"),
      "T95 is called like the platform": made("bulkhead-extra"),
    },
  },
];
