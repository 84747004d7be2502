import { field, has } from "../objects";
import type { JudgedResource, ResourceRule } from "../rule";
import { known } from "../unknown";

/** Components have no provider of their own; what they make is judged by itself. */
const COMPONENTS = /^kubernetes:(yaml|kustomize)\b|^kubernetes:helm\.sh\/v\d+:Chart$/;

export const providerIsExplicit: ResourceRule = {
  name: "provider-is-explicit",
  displayName: "Every object names its cluster",
  description: "No Kubernetes object and no provider falls back to the cluster that the machine happens to point to.",
  severity: "high",
  tags: ["blast-radius"],
  remediationSteps:
    "Pass a kubernetes.Provider with the contents of its kubeconfig, and list kubernetes in pulumi:disable-default-providers of the stack file.",
  judge: function* (resource) {
    const { type, provider } = resource;
    if (type === "pulumi:providers:kubernetes") {
      if (isDefault(resource)) {
        yield "is the default provider, which something in the program fell back to: pass a provider to it.";
      } else if (!hasOwnKubeconfig(resource)) {
        yield "takes the cluster from the machine's environment: give it the contents of a kubeconfig.";
      }
    } else if (type.startsWith("kubernetes:") && !COMPONENTS.test(type) && (!provider || isDefault(provider))) {
      yield "goes to the cluster that the machine happens to point to: pass a provider.";
    }
  },
};

/** The engine's own test of a name (sdk/go/common/providers/reference.go). */
function isDefault({ name }: { readonly name: string }): boolean {
  return name.startsWith("default");
}

/** The SDK fills a kubeconfig that is left out from KUBECONFIG. One that is not known yet was made by the program. */
function hasOwnKubeconfig({ props }: JudgedResource): boolean {
  if (has(props, "renderYamlToDirectory")) return true;
  if (!has(props, "kubeconfig")) return false;
  return known(() => field(props, "kubeconfig")) !== process.env.KUBECONFIG;
}
