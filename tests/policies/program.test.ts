import { readdirSync } from "node:fs";
import { expect } from "chai";
import { changed, type FixtureStack, type Path } from "../../policies/fixtures";
import { ROOT, type StackValues, stackValues } from "../support/estate";
import { type Phase, registeredProgram } from "../support/program";
import { packVerdict } from "./double";

/** What the program asks the engine to register, as policies are shown it. */
async function registered(values: StackValues, phase: Phase): Promise<FixtureStack> {
  const { resources } = await registeredProgram(values, { phase });
  const names = new Map(resources.map(({ urn, type, name }) => [urn, `${type} ${name}`]));
  const stack = resources
    .filter(({ custom }) => custom)
    .map(({ type, name, inputs, provider, dependsOn }) => [
      `${type} ${name}`,
      {
        type,
        props: inputs,
        dependsOn: dependsOn.flatMap((urn) => names.get(urn) ?? []),
        ...(provider === "" ? {} : { provider: providerName(provider) }),
      },
    ]);
  return Object.fromEntries(stack) as FixtureStack;
}

/** A provider is given as its URN and id. */
function providerName(reference: string): string {
  return reference.split("::")[3] ?? reference;
}

const stacks = readdirSync(ROOT).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

const NAMESPACE = "kubernetes:core/v1:Namespace umbrella-web";
const BASELINE = "kubernetes:networking.k8s.io/v1:NetworkPolicy globex/bulkhead-baseline";
const FLOWS = "kubernetes:networking.k8s.io/v1:NetworkPolicy umbrella-web/bulkhead-flows";
const BUDGET = "kubernetes:core/v1:ResourceQuota umbrella-web/bulkhead-budget";
const LIMITS = "kubernetes:core/v1:LimitRange umbrella-web/bulkhead-limits";
const GRANT = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding umbrella-web/bulkhead:tenant-admin";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole cluster-bulkhead:tenant-admin";
const PROVIDER = "pulumi:providers:kubernetes cluster-kubernetes";

const guarded = "namespace-is-guarded: namespace";

/** One field of what the program registers, changed, and the rule that has to notice. */
const MUTATIONS: readonly (readonly [at: Path, to: unknown, rule: string])[] = [
  [[NAMESPACE, "props", "metadata", "labels", "bulkhead.dev/tenant"], undefined, "namespace-carries-labels"],
  [
    [NAMESPACE, "props", "metadata", "labels", "pod-security.kubernetes.io/enforce"],
    "baseline",
    "namespace-carries-labels",
  ],
  [
    [NAMESPACE, "props", "metadata", "labels", "pod-security.kubernetes.io/audit"],
    undefined,
    "namespace-carries-labels",
  ],
  [
    [NAMESPACE, "props", "metadata", "labels", "pod-security.kubernetes.io/warn-version"],
    "latest",
    "namespace-carries-labels",
  ],
  [[NAMESPACE, "props", "metadata", "labels"], undefined, "namespace-carries-labels"],
  [[BASELINE], undefined, `${guarded}-denies-by-default`],
  [[BASELINE, "props", "metadata", "namespace"], "initech", `${guarded}-denies-by-default`],
  [[FLOWS, "props", "spec", "egress", "0", "to"], undefined, `${guarded}-denies-by-default`],
  [[FLOWS, "props", "spec", "egress", "0", "to", "0", "namespaceSelector"], {}, `${guarded}-denies-by-default`],
  [[BASELINE, "props", "spec", "ingress", "0"], {}, `${guarded}-denies-by-default`],
  [[BUDGET], undefined, `${guarded}-has-budget`],
  [[BUDGET, "props", "spec", "hard", "requests.cpu"], undefined, `${guarded}-has-budget`],
  [[BUDGET, "props", "spec", "hard", "services.nodeports"], undefined, `${guarded}-has-budget`],
  [[BUDGET, "props", "spec", "scopes"], ["Terminating"], `${guarded}-has-budget`],
  [[LIMITS], undefined, `${guarded}-has-budget`],
  [[LIMITS, "props", "spec", "limits", "0", "default"], undefined, `${guarded}-has-budget`],
  [[GRANT, "props", "roleRef", "name"], "admin", "role-is-explicit"],
  [[GRANT, "props", "roleRef", "name"], "system:aggregate-to-edit", "role-is-explicit"],
  [[ROLE, "props", "rules", "0", "resources"], ["pods", "*"], "role-is-explicit"],
  [[ROLE, "props", "aggregationRule"], { clusterRoleSelectors: [{}] }, "role-is-explicit"],
  [[GRANT, "provider"], undefined, "provider-is-explicit"],
  [[ROLE, "provider"], "default_4_34_2", "provider-is-explicit"],
  [[PROVIDER, "props", "kubeconfig"], undefined, "provider-is-explicit"],
];

describe("the policy pack over the whole program", () => {
  for (const stack of stacks) {
    for (const phase of ["preview", "update"] as const) {
      it(`finds nothing wrong with Pulumi.${stack}.yaml, and needs nothing that is unknown in the ${phase}`, async () => {
        expect(packVerdict(await registered(stackValues(stack), phase))).to.deep.equal({ violations: [] });
      });
    }
  }

  it("finds nothing wrong with a tenant whose guardrails only warn", async () => {
    const stack = await registered({ tenants: { acme: { guardrails: "warn" } } }, "update");
    expect(packVerdict(stack)).to.deep.equal({ violations: [] });
  });

  for (const [at, to, rule] of MUTATIONS) {
    it(`misses ${at.join(" / ")}${to === undefined ? "" : ` when it is ${JSON.stringify(to)}`}: ${rule}`, async () => {
      const { violations } = packVerdict(changed(await dev(), { at, to }));
      expect(violations).to.not.be.empty;
      for (const violation of violations) expect(violation.startsWith(`${rule}: `), violation).to.equal(true);
    });
  }

  it("never prints a credential", async () => {
    const stack = await dev();
    expect(JSON.stringify(stack[PROVIDER])).to.include("token-of-the-administrator");
    const messages = MUTATIONS.flatMap(([at, to]) => packVerdict(changed(stack, { at, to })).violations).join("\n");
    expect(messages).to.not.be.empty;
    expect(messages).to.not.include("token-of-the-administrator");
  });
});

let registeredDev: Promise<FixtureStack> | undefined;

function dev(): Promise<FixtureStack> {
  registeredDev ??= registered(stackValues("dev"), "update");
  return registeredDev;
}
