import { expect } from "chai";
import { messageOf } from "../../../components/cluster/api";
import type { MutatingBinding } from "../../../components/guardrails/bindings";
import { guardrailManifests } from "../../../components/guardrails/plan";
import { registerNodes } from "../../../tools/controlplane";
import { applyAll, until } from "../../support/apply";
import { applyGuardrails } from "../../support/guardrails";
import { ownNode } from "../../support/nodes";
import { audited } from "./audit-log";
import { describeBenign, FILLED_LABEL, moveIn } from "./benign/suite";
import { describeBreakGlass } from "./break-glass";
import { describeCanary } from "./canary";
import { useFutureControlPlane } from "./control-plane";
import { CUSTOM_RESOURCES } from "./custom-resources";
import { describeDiscovery } from "./discovery";
import { describeFilling, furnishFilled } from "./filling";
import { withMutants } from "./mutants";
import { adopt, describeReach } from "./reach";
import { send, verdict } from "./request";
import { CLUSTER_MANIFESTS, namespaceOf, spaceManifests } from "./spaces";
import type { Space, Trial } from "./trial";
import { trials } from "./trials";
import { describeTypes } from "./type-checks";

/** Trials are of what guards say to whoever is given nothing. */
function whereFilled(binding: MutatingBinding): MutatingBinding {
  const { matchExpressions = [] } = binding.spec.matchResources.namespaceSelector ?? {};
  const filled = { key: FILLED_LABEL, operator: "In", values: ["yes"] };
  const matchResources = { namespaceSelector: { matchExpressions: [...matchExpressions, filled] } };
  return { ...binding, spec: { ...binding.spec, matchResources } };
}

const SETUP_MS = 600_000;
const estate = {
  guardrails: { mode: "enforce" as const, platformNamespaces: ["platform"] },
  tenants: [{ guardrails: "warn" as const }],
};

describe("guardrails on a real API server", function () {
  this.timeout(60_000);
  const cluster = useFutureControlPlane(audited);

  before("set the stage", async function () {
    this.timeout(SETUP_MS);
    const { api, kubeconfig } = cluster();
    const capacity = {
      ...{ cpu: "16", memory: "64Gi", pods: "200", "ephemeral-storage": "100Gi" },
      "nvidia.com/gpu": "4",
    };
    await registerNodes(kubeconfig, [
      { name: "shared-0", capacity, labels: { "bulkhead.dev/runtime-gvisor": "true" } },
      ownNode("acme", "acme-0", capacity),
      ownNode("acme", "acme-1", capacity),
      ownNode("hooli", "hooli-0", capacity),
    ]);
    await applyAll(api, [...CLUSTER_MANIFESTS, ...CUSTOM_RESOURCES]);
    const spaces = [...new Set(trials.map((trial) => `${trial.space ?? "dedicated"} ${trial.rule}`))];
    for (const both of spaces) {
      const [space, rule] = both.split(" ") as [Space, string];
      for (const guards of ["all", "without"] as const) {
        const [namespace, ...rest] = spaceManifests(space, rule, guards);
        if (namespace) await applyAll(api, [namespace]);
        await applyAll(api, rest);
      }
    }
    for (const trial of trials) await given(trial);
    await moveIn(cluster());
    await furnishFilled(api);
    await adopt(api);
    const { policies, bindings } = withMutants(estate, { mutatingPolicies: "none" }, [
      ...new Set(trials.map(({ rule }) => rule)),
    ]);
    const { mutations, mutationBindings } = guardrailManifests(estate, { mutatingPolicies: "v1" });
    await applyGuardrails(api, [...policies, ...mutations, ...bindings, ...mutationBindings.map(whereFilled)]);
  });

  async function given({ rule, space = "dedicated", given: requests = [] }: Trial): Promise<void> {
    const { api } = cluster();
    for (const guards of ["all", "without"] as const) {
      const namespace = namespaceOf(space, rule, guards);
      await until(`${namespace} has an account for pods`, async () => {
        const { status } = await api.ask(`/api/v1/namespaces/${namespace}/serviceaccounts/default`);
        return status === 200;
      });
      for (const request of requests) {
        const answer = await send(api, { ...request, as: request.as ?? "administrator" }, namespace, "kept");
        if (answer.status >= 300) throw new Error(`${namespace}: ${messageOf(answer)}`);
      }
    }
  }

  describeDiscovery(() => cluster().api);

  describeFilling(() => cluster().api);
  describeReach(() => cluster().api);
  describeBenign(cluster);
  describeCanary(() => cluster().api);

  for (const trial of trials) {
    const { rule, space = "dedicated", legal, attacks } = trial;
    describe(`${rule}, in a namespace that is ${space}`, () => {
      it("lets the legal twin through", async () => {
        expect(verdict(await send(cluster().api, legal, namespaceOf(space, rule, "all")))).to.equal("accepted");
      });
      for (const [title, attack] of Object.entries(attacks)) {
        it(`${title}: refused by this rule and by nothing else`, async () => {
          const { api } = cluster();
          expect(verdict(await send(api, attack, namespaceOf(space, rule, "all")))).to.equal(`refused by ${rule}`);
          expect(verdict(await send(api, attack, namespaceOf(space, rule, "without")))).to.equal(
            attack.beyond ?? "accepted",
          );
        });
      }
    });
  }

  // Last, since they wait for a controller that has all the mutants to look at as well.
  describeTypes(() => cluster().api, guardrailManifests(estate, { mutatingPolicies: "v1" }));
  describeBreakGlass(cluster);
});
