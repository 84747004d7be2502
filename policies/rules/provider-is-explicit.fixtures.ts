import type { Fixtures } from "../fixtures";

const provider = {
  type: "pulumi:providers:kubernetes",
  props: { kubeconfig: "apiVersion: v1\nkind: Config\n", context: "bulkhead" },
};

const acme = { type: "kubernetes:core/v1:Namespace", props: { metadata: { name: "acme" } }, provider: "cluster" };

export const fixtures: Fixtures = {
  good: {
    "an object on its own provider": { cluster: provider, acme },
    "a provider that writes files": {
      files: { type: "pulumi:providers:kubernetes", props: { renderYamlToDirectory: "rendered" } },
    },
    "a chart, which has no provider itself": { chart: { type: "kubernetes:helm.sh/v4:Chart", props: {} } },
    "a manifest file, which has no provider itself": { file: { type: "kubernetes:yaml/v2:ConfigFile", props: {} } },
    "a folder of manifests, which has no provider itself": {
      folder: { type: "kubernetes:kustomize/v2:Directory", props: {} },
    },
    "a default provider of another package": {
      default_7_48_0: { type: "pulumi:providers:aws", props: {} },
      bucket: { type: "aws:s3/bucket:Bucket", props: {}, provider: "default_7_48_0" },
    },
  },
  bad: {
    "an object on the default provider": {
      at: ["acme", "provider"],
      to: "default_4_34_2",
      says: 'Namespace "acme" goes to the cluster that the machine happens to point to: pass a provider.',
    },
    "an object without a provider": {
      at: ["acme", "provider"],
      says: 'Namespace "acme" goes to the cluster that the machine happens to point to: pass a provider.',
    },
    "a release on the default provider": {
      at: ["acme"],
      to: { type: "kubernetes:helm.sh/v3:Release", props: {}, provider: "default" },
      says: 'Release "acme" goes to the cluster that the machine happens to point to: pass a provider.',
    },
    "the default provider itself": {
      at: ["default_4_34_2"],
      to: provider,
      says: 'Provider "default_4_34_2" is the default provider, which something in the program fell back to: pass a provider to it.',
    },
    "a provider without a kubeconfig": {
      at: ["cluster", "props", "kubeconfig"],
      says: 'Provider "cluster" takes the cluster from the machine\'s environment: give it the contents of a kubeconfig.',
    },
    "the machine's own kubeconfig": {
      at: ["cluster", "props", "kubeconfig"],
      to: "/home/somebody/.kube/config",
      says: 'Provider "cluster" takes the cluster from the machine\'s environment: give it the contents of a kubeconfig.',
    },
  },
  unknown: {
    judged: [],
    unread: [
      ["cluster", "props", "kubeconfig"],
      ["cluster", "props", "context"],
      ["acme", "props", "metadata"],
    ],
  },
};
