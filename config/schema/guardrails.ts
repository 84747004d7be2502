import { z } from "zod";
import { dnsLabel, dnsName, labelKey, listOf, oneOf, tenantId, word } from "./grammar";
import { MODES } from "./tenant";

const users = listOf(word).default([]);

const exemptions = z
  .strictObject({
    platformIdentities: z
      .strictObject({
        users: users.describe("User names. Unset: none."),
        groups: listOf(word).default([]).describe("Groups. Unset: none."),
      })
      .prefault({})
      .describe(
        "Who acts for the platform besides system:masters and the API server: they write what is locked to tenants. Whoever deploys has to be among them; a preview by anybody else is refused.",
      ),
    schedulers: users.describe("Users, besides system:kube-scheduler, that may bind pods to nodes. Unset: none."),
    schedulerNames: listOf(word)
      .default([])
      .describe("Values of a pod's schedulerName besides default-scheduler. Unset: none."),
    statusWriters: users.describe(
      "Users, besides the control plane's own, that write the status of tenants' objects: controllers of a cloud. Unset: none.",
    ),
    metadataDomains: listOf(dnsName)
      .default([])
      .describe("Domains whose labels and annotations tenants may set, as sidecar.istio.io. Unset: none."),
    priorityClasses: listOf(dnsName)
      .default([])
      .describe(
        "Priority classes that tenants may use although they rank above zero, as a cluster's global default. Unset: none.",
      ),
    inlineDrivers: listOf(dnsName).default([]).describe("CSI drivers that pods may use without a claim. Unset: none."),
    tolerations: listOf(labelKey)
      .default([])
      .describe("Keys of taints that every tenant may tolerate, as kubernetes.io/arch. Unset: none."),
    signers: listOf(word)
      .default([])
      .describe(
        "Signers whose certificates and trust bundles pods may mount, as example.com/workloads; a bundle that no signer made by its name. Unset: none but the API server's own bundle, kubernetes.io/kube-apiserver-serving.",
      ),
    finalizers: listOf(word).default([]).describe("Finalizers that tenants may set. Unset: none but Kubernetes' own."),
    ownerGroups: listOf(dnsName)
      .default([])
      .describe("API groups of custom resources that may own tenants' objects. Unset: none."),
  })
  .prefault({})
  .meta({
    id: "exemptions",
    title: "Exemptions",
    description: "Who may do, and what may be named, besides what the guardrails allow by themselves.",
  });

export const guardrails = z.strictObject({
  mode: oneOf("a mode", MODES)
    .default("enforce")
    .describe(
      "`warn`: what would be refused is admitted with a warning and as it is, for a staged roll-out; then nothing is claimed as enforced. For requests about namespaces themselves this is the mode of every tenant. Unset: enforce.",
    ),
  platformNamespaces: listOf(dnsLabel)
    .default([])
    .describe(
      "Namespaces that belong to the platform besides kube-system, kube-public and kube-node-lease. Unset: none.",
    ),
  removals: listOf(tenantId)
    .default([])
    .describe(
      "Tenants that may be taken out of the stack without having been `leaving` before, with all that is in their namespaces. Unset: none.",
    ),
  exemptions: exemptions.describe("What is let through, each by its exact name. Unset: nothing."),
});
