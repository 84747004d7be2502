import { expect } from "chai";
import { stackValues } from "../support/estate";
import { type RegisteredResource, registeredProgram } from "../support/program";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
const VALIDATING_BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";
const MUTATING_BINDING = "kubernetes:admissionregistration.k8s.io/v1:MutatingAdmissionPolicyBinding";
const CLASS = "kubernetes:node.k8s.io/v1:RuntimeClass";

describe("in the order of things", () => {
  let resources: readonly RegisteredResource[];
  before(async () => {
    ({ resources } = await registeredProgram(stackValues("dev")));
  });

  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const placeOf = ({ inputs }: RegisteredResource) => (inputs.metadata as { namespace?: string }).namespace;
  const nameOf = ({ inputs }: RegisteredResource) => (inputs.metadata as { name: string }).name;

  /** What lies in a namespace and is no grant. */
  function guardsOf(namespace: string | undefined): RegisteredResource[] {
    return resources.filter(
      (resource) =>
        resource.type.startsWith("kubernetes:") && resource.type !== BINDING && placeOf(resource) === namespace,
    );
  }

  it("nobody is let into a namespace before every guard of it stands", () => {
    expect(ofType(BINDING)).to.have.length(7);
    for (const grant of ofType(BINDING)) {
      const guards = guardsOf(placeOf(grant)).map(({ urn }) => urn);
      expect(guards).to.have.length.within(6, 7);
      expect(grant.dependsOn, grant.urn).to.include.members(guards);
    }
  });

  const isOfCanary = ({ name }: RegisteredResource) => name.includes("bulkhead-canary");
  const policyBindings = () => [...ofType(VALIDATING_BINDING), ...ofType(MUTATING_BINDING)];
  const ofTenants = () => ofType(NAMESPACE).filter((namespace) => !isOfCanary(namespace));

  it("no guardrail is bound anywhere before it has been tried on the canary", () => {
    const namespace = ofType(NAMESPACE).find(isOfCanary);
    const probes = ["settling", "probe", "worker-", "unplaced-", "removable-"].map((name) =>
      resources.find((resource) => resource.type !== NAMESPACE && resource.name.includes(`bulkhead-canary/${name}`)),
    );
    const tried = policyBindings().filter(isOfCanary);
    const rest = policyBindings().filter((binding) => !isOfCanary(binding));
    expect([tried.length, rest.length]).to.deep.equal([30, 30]);
    expect(namespace?.dependsOn).to.have.members(tried.map(({ urn }) => urn));
    expect(probes[0]?.dependsOn).to.include(namespace?.urn);
    for (const [index, probe] of probes.slice(1).entries()) {
      expect(probe?.dependsOn, probe?.urn).to.deep.equal([probes[index]?.urn]);
    }
    for (const binding of rest) expect(binding.dependsOn, binding.urn).to.include(probes.at(-1)?.urn);
  });

  it("no role is there to be bound before every guardrail bites", () => {
    const urns = policyBindings()
      .filter((binding) => !isOfCanary(binding))
      .map(({ urn }) => urn);
    expect(ofType(ROLE)).to.have.length(3);
    for (const role of ofType(ROLE)) expect(role.dependsOn, role.urn).to.include.members(urns);
  });

  it("no guardrail is bound before its policy is there", () => {
    const policies = resources.filter(({ type }) => type.endsWith("AdmissionPolicy"));
    for (const type of [VALIDATING_BINDING, MUTATING_BINDING]) {
      for (const binding of ofType(type)) {
        const { policyName } = binding.inputs.spec as { policyName: string };
        const policy = policies.find((candidate) => nameOf(candidate) === policyName);
        expect(binding.dependsOn, binding.urn).to.include(policy?.urn);
      }
    }
  });

  it("no namespace is there before the roles, so every grant comes after the guardrails too", () => {
    const roles = ofType(ROLE).map(({ urn }) => urn);
    for (const namespace of ofTenants()) expect(namespace.dependsOn, namespace.urn).to.include.members(roles);
  });

  it("a namespace is there before its guards, and what places its pods before it", () => {
    for (const namespace of ofTenants()) {
      const guards = guardsOf(nameOf(namespace));
      expect(guards).to.have.length.within(6, 7);
      for (const guard of guards) expect(guard.dependsOn, guard.urn).to.include(namespace.urn);
      const classes = ofType(CLASS).filter(({ parent }) => parent === namespace.parent);
      expect(namespace.dependsOn).to.include.members(classes.map(({ urn }) => urn));
    }
    expect(ofType(CLASS)).to.have.length(2);
  });

  it("guards are never taken away from running workloads: they go with the namespace", () => {
    for (const namespace of ofTenants()) {
      const left = guardsOf(nameOf(namespace)).filter(({ deletedWith }) => deletedWith !== namespace.urn);
      expect(left.map(({ urn }) => urn)).to.deep.equal([]);
    }
  });

  it("grants are taken back one by one, before anything else goes", () => {
    expect(ofType(BINDING).filter(({ deletedWith }) => deletedWith !== "")).to.deep.equal([]);
  });

  it("a class whose sandbox changes is made anew, and goes before it comes", () => {
    for (const { replaceOnChanges, deleteBeforeReplace } of ofType(CLASS)) {
      expect({ replaceOnChanges, deleteBeforeReplace }).to.deep.equal({
        replaceOnChanges: ["handler"],
        deleteBeforeReplace: true,
      });
    }
    const others = resources.filter(({ type, deleteBeforeReplace }) => type !== CLASS && deleteBeforeReplace);
    expect(others.map(({ urn }) => urn)).to.deep.equal([]);
  });

  it("no tenant waits for another", () => {
    const tenants = resources.filter(({ type }) => type === "bulkhead:tenant:TenantSpace");
    for (const tenant of tenants) {
      const children = resources.filter(({ parent }) => parent === tenant.urn);
      const shared = ofType(ROLE).map(({ urn }) => urn);
      const own = [...children.map(({ urn }) => urn), ...shared];
      const foreign = children.flatMap(({ dependsOn }) => dependsOn).filter((urn) => !own.includes(urn));
      expect(foreign, tenant.name).to.deep.equal([]);
    }
  });
});
