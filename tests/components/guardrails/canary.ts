import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { planCanary } from "../../../components/guardrails/canary";
import { type GuardrailManifests, guardrailManifests } from "../../../components/guardrails/plan";
import type { Manifest } from "../../../components/manifest";
import { apply, applyAll, pathOf, remove, until } from "../../support/apply";
import { create, patch, type Request, send, verdict } from "./request";
import { configMap, container } from "./workloads";

const estate = { guardrails: { mode: "enforce" as const, platformNamespaces: ["platform"] }, tenants: [] };
const guardrails = guardrailManifests(estate, { mutatingPolicies: "v1" });

interface Lockout {
  readonly who: string;
  readonly user: string;
  /** What that identity may no longer do, which is its own work. */
  readonly act: { readonly group: string; readonly resource: string; readonly operation: "CREATE" | "UPDATE" };
  /** Probe that shows it. */
  readonly probe: string;
  /** The same act, by name of the probes that are there already. */
  readonly attempt: (version: string) => Request;
}

const account = (name: string) => `system:serviceaccount:kube-system:${name}`;
const marked = { metadata: { annotations: { touched: "yes" } } };
const POD = { apiVersion: "v1", kind: "Pod", metadata: { name: "app" }, spec: { containers: [container()] } };

/** Each as a mistake in an identity makes it. */
const LOCKOUTS: readonly Lockout[] = [
  {
    who: "the controller that makes everybody's pods",
    user: account("replicaset-controller"),
    act: { group: "", resource: "pods", operation: "CREATE" },
    probe: "probe",
    attempt: () => create("pods", POD),
  },
  {
    who: "the Job controller",
    user: account("job-controller"),
    act: { group: "", resource: "pods", operation: "CREATE" },
    probe: "worker",
    attempt: () => create("pods", POD),
  },
  {
    who: "the scheduler",
    user: "system:kube-scheduler",
    act: { group: "", resource: "pods/status", operation: "UPDATE" },
    probe: "unplaced",
    attempt: (version) => patch("v1", `pods/unplaced-${version}/status`, marked),
  },
  {
    who: "the disruption controller",
    user: account("disruption-controller"),
    act: { group: "policy", resource: "poddisruptionbudgets/status", operation: "UPDATE" },
    probe: "removable",
    attempt: (version) => patch("policy/v1", `poddisruptionbudgets/removable-${version}/status`, marked),
  },
];

/** The guardrails with a policy besides that locks somebody out. */
function locked({ user, act, probe }: Lockout): GuardrailManifests {
  const { group, resource, operation } = act;
  const name = `bulkhead-lockout-${probe}-00000000`;
  const rule = { apiGroups: [group], apiVersions: ["v1"], resources: [resource], operations: [operation] };
  const policy: GuardrailManifests["policies"][number] = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: [rule] },
      validations: [
        {
          expression: `request.userInfo.username != ${JSON.stringify(user)}`,
          reason: "Forbidden",
          message: "[lockout] not you",
        },
      ],
    },
  };
  const binding: GuardrailManifests["bindings"][number] = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: `bulkhead-lockout-${probe}` },
    spec: { policyName: name, validationActions: ["Deny"] },
  };
  return {
    ...guardrails,
    policies: [...guardrails.policies, policy],
    bindings: [...guardrails.bindings, binding],
  };
}

/** Longer than any of the controllers needs. */
const LONG_ENOUGH_MS = 4_000;

type Condition = { type: string; status: string; reason: string; message: string };
type Deployed = {
  metadata: { generation: number };
  status?: { observedGeneration?: number; updatedReplicas?: number; conditions?: Condition[] };
};

type Reported = { active?: number };

const CLUSTERWIDE = { user: "clusterwide@example.com" };

/** What a deployment waits for, by the beginning of the probe's name. */
async function isReady(api: ClusterApi, probe: Manifest): Promise<boolean> {
  const { status, metadata } = await api.get<Deployed & { status?: Reported }>(pathOf(probe));
  if ((status?.observedGeneration ?? metadata.generation) < metadata.generation) return false;
  const conditions = status?.conditions ?? [];
  const is = (type: string, wanted: string) => conditions.some((it) => it.type === type && it.status === wanted);
  const name = probe.metadata.name;
  if (name === "settling") return is("Progressing", "False");
  if (name === "probe") return status?.updatedReplicas === 1;
  if (name.startsWith("worker-")) return status?.active === 1;
  if (name.startsWith("unplaced-")) return is("PodScheduled", "False");
  return status?.observedGeneration === 1;
}

export function describeCanary(api: () => ClusterApi): void {
  describe("the canary", () => {
    const place = async (manifests: GuardrailManifests) => {
      const canary = planCanary(manifests, "1.36");
      await applyAll(api(), manifests.policies);
      await applyAll(api(), canary.bindings);
      await apply(api(), canary.namespace);
      await applyAll(api(), canary.guards);
      return canary.probes;
    };
    const versionOf = (probes: readonly Manifest[]) =>
      probes.find(({ kind }) => kind === "Pod")?.metadata.name.replace("unplaced-", "") ?? "";

    it("is ready under the guardrails, once they have had time to bite", async () => {
      for (const probe of await place(guardrails)) {
        await apply(api(), probe);
        await until(`${probe.metadata.name} is ready`, () => isReady(api(), probe));
      }
    });

    it("is judged as a tenant is", async () => {
      const tolerant = { ...configMap(), metadata: { name: "bulkhead-mine" } };
      const answer = await send(api(), create("configmaps", tolerant, { as: CLUSTERWIDE }), "bulkhead-canary");
      expect(verdict(answer)).to.equal("refused by lock-objects");
    });

    for (const lockout of LOCKOUTS) {
      const { who, user, probe: name, attempt } = lockout;
      it(`never becomes ready under a policy that refuses ${who}, which reaches nobody else`, async () => {
        const manifests = locked(lockout);
        const there = versionOf(planCanary(guardrails, "1.36").probes);
        const as = { user, groups: ["system:masters"] };
        const request = { ...attempt(there), as };
        const probes = await place(manifests);
        await until("the lockout bites", async () => {
          return verdict(await send(api(), request, "bulkhead-canary")) === "refused by lockout";
        });
        const probe = probes.find(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}$/, "") === name);
        if (!probe) throw new Error(`no probe ${name}`);
        await apply(api(), probe);
        await new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS));
        expect(await isReady(api(), probe)).to.equal(false);
        expect(verdict(await send(api(), { ...create("pods", POD), as }, "default"))).to.equal("accepted");
        const binding = planCanary(manifests, "1.36").bindings.find(({ metadata }) =>
          metadata.name.startsWith("bulkhead-canary-lockout"),
        );
        if (binding) await remove(api(), binding);
      });
    }

    it("is ready again without it", async () => {
      for (const probe of await place(guardrails)) {
        await apply(api(), probe);
        await until(`${probe.metadata.name} is ready`, () => isReady(api(), probe));
      }
    });
  });
}
