import { type ClusterApi, messageOf } from "../../components/cluster/api";
import type { Manifest } from "../../components/manifest";
import { applyAll, remove, until } from "./apply";

/** Policies, then their bindings; they bite when this is over. */
export async function applyGuardrails(api: ClusterApi, manifests: readonly Manifest[]): Promise<void> {
  const isBinding = ({ kind }: Manifest) => kind.endsWith("Binding");
  await applyAll(
    api,
    manifests.filter((manifest) => !isBinding(manifest)),
  );
  await applyAll(api, manifests.filter(isBinding));
  await bite(api);
}

const GROUP = "admissionregistration.k8s.io/v1";
/** Long enough for a slow machine to compile all expressions. */
const COMPILED_MS = 180_000;
const metadata = { name: "sentinel" };

/** Policies are taken up in the order in which they were made; one made now is the last to bite. */
async function bite(api: ClusterApi): Promise<void> {
  const rule = { apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] };
  const policy = {
    apiVersion: GROUP,
    kind: "ValidatingAdmissionPolicy",
    metadata,
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: `object.metadata.name != "sentinel"`, message: "it bites" }],
    },
  } as Manifest;
  const spec = { policyName: "sentinel", validationActions: ["Deny"] };
  const binding = { apiVersion: GROUP, kind: "ValidatingAdmissionPolicyBinding", metadata, spec } as Manifest;
  await applyAll(api, [policy]);
  await applyAll(api, [binding]);
  await until(
    "the last policy bites",
    async () => {
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata };
      const answer = await api.ask("/api/v1/namespaces/default/configmaps?dryRun=All", { method: "POST", body });
      return messageOf(answer).includes("it bites");
    },
    COMPILED_MS,
  );
  await remove(api, binding);
  await remove(api, policy);
}
