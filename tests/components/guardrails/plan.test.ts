import { expect } from "chai";
import type { Deployment } from "kubernetes-types/apps/v1";
import type { Pod, PodSpec, ResourceQuota } from "kubernetes-types/core/v1";
import { planCanary } from "../../../components/guardrails/canary";
import { rules } from "../../../components/guardrails/guards";
import type { ResourceRule } from "../../../components/guardrails/matrix";
import {
  type GuardrailManifests,
  type GuardrailOptions,
  guardrailManifests,
} from "../../../components/guardrails/plan";
import type { Manifest } from "../../../components/manifest";
import { amount } from "../../../config/quantity";
import { estateWith } from "../../support/estate";
import { trials } from "./trials";

const SYSTEM = ["kube-system", "kube-public", "kube-node-lease"];

/** One tenant is only warned while the others are refused. */
const STAGED = { acme: { guardrails: "warn" }, globex: {} };

function planned(tenants: Record<string, unknown> = { acme: {} }, guardrails: object = {}, options = {}) {
  const served: GuardrailOptions = { mutatingPolicies: "none", ...options };
  return guardrailManifests(estateWith(tenants, { guardrails }), served);
}

describe("the plan of the guardrails", () => {
  it("is the same for one tenant and for fifty", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tenant${index}`, {}]));
    expect(planned(many)).to.deep.equal(planned());
  });

  it("refuses when an expression fails", () => {
    expect(planned().policies.filter(({ spec }) => spec?.failurePolicy !== "Fail")).to.deep.equal([]);
  });

  it("answers every violation with Forbidden and a message that starts with the rule's id", () => {
    const ids = new Set(rules.map(({ id }) => id));
    for (const { reason, message, messageExpression } of planned().policies.flatMap(
      ({ spec }) => spec?.validations ?? [],
    )) {
      expect(reason).to.equal("Forbidden");
      const id = /^\[([a-z-]+)\] \S/.exec(message ?? "")?.[1] ?? "no id";
      expect(ids).to.include(id);
      if (messageExpression) expect(messageExpression).to.match(new RegExp(`^"\\[${id}\\] "`));
      // What is wrong; what to write instead.
      expect(message, id).to.match(/^[^;]+(; [^;]+)?$/);
    }
  });

  it("binds a policy once where all tenants are treated alike, and then no label makes a difference", () => {
    for (const bindings of [
      planned().bindings,
      planned({ acme: { guardrails: "warn" } }, { mode: "warn" }).bindings,
      planned({ acme: { guardrails: "enforce" }, globex: {} }).bindings,
    ]) {
      expect(new Set(bindings.map(({ spec }) => spec?.policyName)).size).to.equal(bindings.length);
      expect(JSON.stringify(bindings)).not.to.include("bulkhead.dev/guardrails");
    }
  });

  it("binds it twice where a tenant is only warned: to refuse, and to report where the namespace says warn", () => {
    const outside = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: SYSTEM };
    const bindings = planned(STAGED).bindings.filter(({ metadata }) => metadata.name.startsWith("bulkhead-pods"));
    expect(
      bindings.map(({ metadata, spec }) => [metadata.name, spec?.validationActions, spec?.matchResources]),
    ).to.deep.equal([
      [
        "bulkhead-pods",
        ["Deny"],
        {
          namespaceSelector: {
            matchExpressions: [outside, { key: "bulkhead.dev/guardrails", operator: "NotIn", values: ["warn"] }],
          },
        },
      ],
      [
        "bulkhead-pods-warn",
        ["Warn", "Audit"],
        {
          namespaceSelector: {
            matchExpressions: [outside, { key: "bulkhead.dev/guardrails", operator: "In", values: ["warn"] }],
          },
        },
      ],
    ]);
  });

  it("reports everywhere in an estate that warns, but refuses where a namespace says enforce", () => {
    const bindings = planned({ acme: { guardrails: "enforce" } }, { mode: "warn" }).bindings.filter(({ metadata }) =>
      metadata.name.startsWith("bulkhead-pods"),
    );
    expect(
      bindings.map(({ metadata, spec }) => [
        metadata.name,
        spec?.validationActions,
        spec?.matchResources?.namespaceSelector?.matchExpressions?.[1],
      ]),
    ).to.deep.equal([
      ["bulkhead-pods", ["Warn", "Audit"], { key: "bulkhead.dev/guardrails", operator: "NotIn", values: ["enforce"] }],
      ["bulkhead-pods-enforce", ["Deny"], { key: "bulkhead.dev/guardrails", operator: "In", values: ["enforce"] }],
    ]);
  });

  it("judges namespaces themselves wherever they are, since a selector would read the labels of the request", () => {
    const { bindings } = planned(STAGED);
    const unselected = bindings.filter(({ spec }) => spec?.matchResources === undefined);
    expect(unselected.map(({ metadata }) => metadata.name)).to.deep.equal(["bulkhead-namespaces"]);
  });

  it("judges namespaces that are nobody's against what tenants have, and no tenant's by that", () => {
    const strays = planned(STAGED).bindings.filter(({ spec }) => spec?.paramRef !== undefined);
    const outside = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: SYSTEM };
    for (const { metadata, spec } of strays) {
      expect(spec, metadata.name).to.deep.include({
        paramRef: {
          selector: { matchExpressions: [{ key: "bulkhead.dev/tenant", operator: "Exists" }] },
          parameterNotFoundAction: "Allow",
        },
        validationActions: ["Deny"],
        matchResources: {
          namespaceSelector: { matchExpressions: [outside, { key: "bulkhead.dev/tenant", operator: "DoesNotExist" }] },
        },
      });
    }
    expect(strays.map(({ metadata }) => metadata.name)).to.deep.equal([
      "bulkhead-stray-bindings",
      "bulkhead-stray-routes",
    ]);
    const kinds = planned(STAGED).policies.flatMap(({ spec }) => spec?.paramKind ?? []);
    expect(kinds).to.deep.equal([
      { apiVersion: "v1", kind: "Node" },
      { apiVersion: "v1", kind: "Namespace" },
    ]);
  });

  it("only warns of what is done from such a namespace in an estate that warns", () => {
    const { bindings } = planned({ acme: { guardrails: "enforce" } }, { mode: "warn" });
    const strays = bindings.filter(({ spec }) => spec?.paramRef !== undefined);
    expect(strays.map(({ spec }) => spec?.validationActions)).to.deep.equal([
      ["Warn", "Audit"],
      ["Warn", "Audit"],
    ]);
  });

  it("keeps every other binding out of the control plane's and the platform's namespaces", () => {
    const { bindings } = planned(STAGED, { platformNamespaces: ["ingress", "kube-system"] });
    for (const { metadata, spec } of bindings.filter(({ metadata }) => metadata.name !== "bulkhead-namespaces")) {
      const [outside] = spec?.matchResources?.namespaceSelector?.matchExpressions ?? [];
      expect(outside, metadata.name).to.deep.equal({
        key: "kubernetes.io/metadata.name",
        operator: "NotIn",
        values: [...SYSTEM, "ingress"],
      });
    }
  });

  it("never reaches a namespace of the control plane, whatever is configured", () => {
    for (const guardrails of [{}, { mode: "warn" }, { platformNamespaces: ["kube-node-lease", "web"] }]) {
      const manifests = planned(STAGED, guardrails, { mutatingPolicies: "v1" });
      const canary = planCanary(manifests, "1.36").bindings;
      for (const { metadata, spec } of [...manifests.bindings, ...manifests.mutationBindings, ...canary]) {
        if (metadata.name === "bulkhead-namespaces") continue;
        const [byName] = spec?.matchResources?.namespaceSelector?.matchExpressions ?? [];
        expect(byName?.key, metadata.name).to.equal("kubernetes.io/metadata.name");
        if (byName?.operator === "In") expect(byName.values).to.deep.equal(["bulkhead-canary"]);
        else expect(byName?.values).to.include.members(SYSTEM);
      }
    }
  });

  it("matches nothing without a namespace but namespaces", () => {
    const cluster = planned()
      .policies.flatMap(({ spec }) => spec?.matchConstraints?.resourceRules ?? [])
      .map((rule) => rule as ResourceRule)
      .filter(({ scope }) => scope !== "Namespaced");
    expect(cluster.flatMap(({ resources }) => resources)).to.have.members([
      "namespaces",
      "namespaces/finalize",
      "namespaces/status",
    ]);
  });

  it("never reads the namespace in a match condition, where it is null", () => {
    const conditions = planned().policies.flatMap(({ spec }) => spec?.matchConditions ?? []);
    expect(conditions.filter(({ expression }) => /namespaceObject|variables/.test(expression))).to.deep.equal([]);
  });

  it("names a policy after what it says, so that a change makes another one", () => {
    const names = ({ policies }: ReturnType<typeof planned>) => policies.map(({ metadata }) => metadata.name);
    const before = names(planned());
    const after = names(planned({ acme: {} }, {}, { exemptions: { schedulers: ["system:volcano"] } }));
    const changed = (from: string[], to: string[]) =>
      from.filter((name) => !to.includes(name)).map((name) => name.replace(/-[0-9a-f]{8}$/, ""));
    expect(changed(before, after)).to.deep.equal(["bulkhead-acts", "bulkhead-stray-bindings"]);
    expect(changed(after, before)).to.deep.equal(["bulkhead-acts", "bulkhead-stray-bindings"]);
  });

  it("can be removed by one label", () => {
    const { policies, bindings } = planned();
    for (const { metadata } of [...policies, ...bindings]) {
      expect(metadata.labels, metadata.name).to.have.property("bulkhead.dev/guardrail");
    }
  });

  it("leaves out one rule, and what held nothing else, when a test asks for it", () => {
    const whole = planned();
    const lacking = planned({ acme: {} }, {}, { without: "identity-token-secret" });
    expect(lacking.policies.length).to.equal(whole.policies.length - 1);
    expect(lacking.bindings.length).to.equal(whole.bindings.length - 1);
    expect(JSON.stringify(lacking)).not.to.include("identity-token-secret");
  });
});

describe("the plan of the canary", () => {
  const manifests = planned(STAGED, { mode: "warn" }, { mutatingPolicies: "v1" });
  const canary = planCanary(manifests, "1.36");

  it("binds every policy once, to the canary's namespace only, and refuses there whatever the mode is", () => {
    const policies = [...manifests.policies, ...manifests.mutations].map(({ metadata }) => metadata.name);
    expect(canary.bindings.map(({ spec }) => spec?.policyName)).to.have.members(policies);
    const here = { key: "kubernetes.io/metadata.name", operator: "In", values: ["bulkhead-canary"] };
    for (const { metadata, kind, spec } of canary.bindings) {
      expect(metadata.name).to.match(/^bulkhead-canary-/);
      expect(spec?.matchResources).to.deep.equal({ namespaceSelector: { matchExpressions: [here] } });
      if (kind === "ValidatingAdmissionPolicyBinding") expect(spec).to.deep.include({ validationActions: ["Deny"] });
    }
  });

  it("lets the clock ring before it asks whether pods can be made", () => {
    const waits = canary.probes.map(({ metadata: { name, annotations } }) => [
      name.replace(/-[0-9a-f]{8}$/, ""),
      annotations?.["pulumi.com/waitFor"],
    ]);
    expect(waits).to.deep.equal([
      ["settling", "condition=Progressing=False"],
      ["probe", "jsonpath={.status.updatedReplicas}=1"],
      ["worker", "jsonpath={.status.active}=1"],
      ["unplaced", "condition=PodScheduled=False"],
      ["removable", "jsonpath={.status.observedGeneration}=1"],
    ]);
    for (const { metadata } of canary.probes) {
      expect(metadata.annotations).to.include({ "pulumi.com/timeoutSeconds": "60" });
    }
  });

  it("asks anew for new policies, and nothing for the same", () => {
    const asked = (manifests: GuardrailManifests) => planCanary(manifests, "1.36").probes;
    expect(asked(planned())).to.deep.equal(asked(planned({ acme: {}, globex: {} })));
    const changed = asked(planned({ acme: {} }, {}, { exemptions: { schedulers: ["system:volcano"] } }));
    for (const [index, probe] of asked(planned()).entries()) expect(changed[index]).to.not.deep.equal(probe);
  });

  it("never asks for a node", () => {
    const pods = canary.probes.flatMap(podsOf);
    expect(pods.map(({ nodeSelector, schedulingGates = [] }) => nodeSelector ?? schedulingGates)).to.deep.equal([
      ...Array.from({ length: 3 }, () => [{ name: "bulkhead.dev/canary" }]),
      { "bulkhead.dev/canary": "none" },
    ]);
  });

  it("has room for two versions of all its pods", () => {
    const limits = [...canary.probes, ...canary.probes]
      .flatMap(podsOf)
      .flatMap(({ containers }) => containers.map(({ resources }) => amount(resources?.limits?.cpu ?? "1000")));
    const quota = canary.guards.find(({ metadata }) => metadata.name === "bulkhead-budget") as ResourceQuota;
    const most = amount(quota.spec?.hard?.["limits.cpu"] ?? "0");
    expect(limits.reduce((sum, one) => sum + one, 0n) < most).to.equal(true);
  });
});

function podsOf(probe: Manifest): PodSpec[] {
  if (probe.kind === "Pod") return [(probe as Pod).spec as PodSpec];
  const spec = (probe as Deployment).spec?.template?.spec;
  return spec ? [spec] : [];
}

describe("the rules", () => {
  it("have ids of their own, each with the threats that it stops", () => {
    expect(new Set(rules.map(({ id }) => id)).size).to.equal(rules.length);
    const threat = /^(T\d{2,3}|X-[A-Z]{2}-\d)$/;
    expect(
      rules.filter(({ threats }) => threats.length === 0 || !threats.every((id) => threat.test(id))),
    ).to.deep.equal([]);
  });

  it("are all tried on a real server, and no trial is of a rule that is not there", () => {
    expect([...new Set(trials.map(({ rule }) => rule))]).to.have.members(rules.map(({ id }) => id));
  });
});
