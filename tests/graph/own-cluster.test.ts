import { expect } from "chai";
import { ownStacks } from "../../cli/stacks/own-stack";
import type { Asked } from "../../components/stacks/plan";
import { parseEstate } from "../../config/estate";
import { type StackValues, stackValues } from "../support/estate";
import { programRun, type RegisteredResource, registeredProgram } from "../support/program";

const STAGING = "organization/bulkhead/staging";
const OWN = "organization/bulkhead/staging-hooli";
const CLUSTER = "arn:aws:eks:eu-central-1:111122223333:cluster/staging";

const HOOLI = {
  isolation: { cluster: "dedicated" },
  cluster: { cidr: "10.1.0.0/16" },
  access: { admins: [{ group: "hooli-admins" }] },
  identities: { uploader: { policies: ["arn:aws:iam::111122223333:policy/hooli-uploads"] } },
};

/** Staging with one more tenant. */
function staging(hooli: object | null = HOOLI): StackValues {
  const values = stackValues("staging");
  return { ...values, tenants: { ...(values.tenants as object), ...(hooli ? { hooli } : {}) } };
}

function ownValues(parent: StackValues): StackValues {
  const estate = parseEstate({
    stack: "staging",
    source: "Pulumi.staging.yaml",
    values: parent,
    tenantFiles: [],
    unreadable: [],
  });
  const [own] = ownStacks(estate, "staging");
  if (!own) throw new Error("nobody has a cluster of its own");
  return own.values;
}

const GIVEN: Asked = {
  tenants: {},
  apart: { hooli: { stack: "staging-hooli", cluster: CLUSTER.replace("staging", "staging-hooli"), parent: CLUSTER } },
};
const runOwn = (values: StackValues, exported: Readonly<Record<string, Asked>> = { [STAGING]: GIVEN }) =>
  programRun(values, { stack: "staging-hooli", exported });

describe("a tenant with a cluster of its own", () => {
  let parent: readonly RegisteredResource[];
  let own: readonly RegisteredResource[];
  let outputs: unknown;

  before(async () => {
    ({ resources: parent, outputs } = await registeredProgram(staging(), { stack: "staging" }));
    const ran = await runOwn(ownValues(staging()));
    if (ran.failure) throw ran.failure;
    own = ran.resources;
  });

  const named = (resources: readonly RegisteredResource[], type: string) =>
    resources.filter((resource) => resource.type === type).map(({ name }) => name);

  it("is nothing to the cluster that the others share", () => {
    expect(parent.filter((resource) => JSON.stringify(resource).includes("hooli")).map(({ urn }) => urn)).to.deep.equal(
      [],
    );
  });

  it("is given to its stack in the outputs, and is not among the others there", () => {
    expect(outputs).to.have.property("apart").that.deep.equals(GIVEN.apart);
    expect(outputs).to.have.property("tenants").that.has.all.keys("acme", "globex", "initech", "umbrella");
  });

  it("has a whole cluster: network, keys, roles, pools, guardrails, and its namespace", () => {
    const types = new Set(parent.map(({ type }) => type));
    // What only tenants of the others' kind have: nodes and classes of their own, flows between them.
    const others = ["kubernetes:node.k8s.io/v1:RuntimeClass"];
    const missing = [...types].filter((type) => !own.some((resource) => resource.type === type));
    expect(missing.sort()).to.deep.equal(others);
    expect(named(own, "kubernetes:core/v1:Namespace").filter((name) => !name.includes("canary"))).to.deep.equal([
      "hooli",
    ]);
    expect(named(own, "aws:eks/nodeGroup:NodeGroup").sort()).to.deep.equal(["cluster-shared", "cluster-system"]);
    expect(named(own, "aws:kms/key:Key").sort()).to.deep.equal(["cluster", "cluster-shared", "cluster-system"]);
  });

  it("shares no name that is one of its kind in an account, and no range of addresses", () => {
    const unique = (resources: readonly RegisteredResource[]) =>
      resources.flatMap(({ type, inputs }) => {
        const name = type.startsWith("aws:") ? (inputs.name ?? inputs.cidrBlock) : undefined;
        // A log group is called as its cluster, an alias as its key; roles and groups get names of the engine's.
        return typeof name === "string" ? [`${type} ${name}`] : [];
      });
    const theirs = new Set(unique(parent));
    expect(theirs.size).to.be.greaterThan(8);
    expect(unique(own).filter((name) => theirs.has(name))).to.deep.equal([]);
  });

  it("names nothing that the other stack made: no network, no key, no role, no cluster", () => {
    const text = JSON.stringify(own.map(({ inputs }) => inputs));
    expect(text).to.not.match(/cluster\/staging(?!-hooli)/);
    expect(text).to.not.match(/10\.0\.\d+\.\d+\/(1[6-9]|2\d)/);
    for (const { type, inputs } of own) {
      if (type === "aws:eks/podIdentityAssociation:PodIdentityAssociation")
        expect(inputs.clusterName).to.equal("staging-hooli");
    }
  });

  it("has roles that only its own cluster's sessions can take", () => {
    const [role] = own.filter(({ type, name }) => type === "aws:iam/role:Role" && name === "hooli/uploader");
    expect(JSON.parse(String(role?.inputs.assumeRolePolicy)).Statement[0].Condition.StringEquals).to.deep.equal({
      "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:111122223333:cluster/staging-hooli",
      "aws:RequestTag/kubernetes-namespace": "hooli",
      "aws:RequestTag/kubernetes-service-account": "uploader",
    });
  });

  it("is written down to come from the other stack", async () => {
    expect((await runOwn(ownValues(staging()))).references).to.deep.equal([STAGING]);
    expect((await registeredProgram(staging(), { stack: "staging" })).references).to.deep.equal([]);
  });
});

describe("a tenant that may administer its own cluster", () => {
  const OWNER = { ...HOOLI, cluster: { ...HOOLI.cluster, clusterAdmin: "tenant" } };
  const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
  const bindings = async (hooli: object) => {
    const { resources, failure } = await runOwn(ownValues(staging(hooli)));
    expect(failure).to.equal(undefined);
    const own = resources.filter(({ inputs }) => JSON.stringify(inputs).includes('"hooli-admins"'));
    return { resources, bindings: own.filter(({ type }) => type === BINDING) };
  };

  it("is bound to cluster-admin, and no guard takes its people for strangers", async () => {
    const { resources, bindings: found } = await bindings(OWNER);
    expect(found.map(({ inputs }) => inputs)).to.deep.equal([
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: {
          name: "bulkhead:cluster-owner",
          labels: { "app.kubernetes.io/managed-by": "bulkhead", "bulkhead.dev/tenant": "hooli" },
        },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "hooli-admins" }],
      },
    ]);
    const policies = resources.filter(({ type }) => type.endsWith(":ValidatingAdmissionPolicy"));
    expect(policies.some(({ inputs }) => JSON.stringify(inputs).includes("hooli-admins"))).to.equal(true);
    const quota = resources.find(
      ({ type, name }) => type.endsWith(":ResourceQuota") && name === "hooli/bulkhead-budget",
    );
    expect(found[0]?.dependsOn).to.include(quota?.urn);
  });

  it("is not, where nobody says so", async () => {
    const { resources, bindings: found } = await bindings(HOOLI);
    expect(found).to.deep.equal([]);
    const policies = resources.filter(({ type }) => type.endsWith(":ValidatingAdmissionPolicy"));
    expect(policies.some(({ inputs }) => JSON.stringify(inputs).includes("hooli-admins"))).to.equal(false);
  });
});

describe("a tenant lives in one place:", () => {
  const refused = async (exported: Readonly<Record<string, Asked>>, values = ownValues(staging())) => {
    const { failure, resources } = await runOwn(values, exported);
    expect(resources.map(({ type }) => type)).to.deep.equal(["pulumi:pulumi:Stack"]);
    return failure?.message;
  };
  const what = 'cluster staging-hooli: 1 problem\n  parent.stack: "staging"';
  const wayOut =
    "a tenant lives in one place: write tenants.hooli.isolation.cluster: dedicated in Pulumi.staging.yaml, deploy that, then run: npx bulkhead stacks --stack staging --write";

  it("its own stack does not begin before there is one that gives it away", async () => {
    expect(await refused({})).to.equal(
      `${what} cannot be asked whether it gives "hooli" a cluster of its own (unknown stack "organization/bulkhead/staging"); deploy it first: pulumi up --stack staging`,
    );
  });

  it("nor before it is given away", async () => {
    const hooli = { namespaces: ["hooli"] } as never;
    expect(await refused({ [STAGING]: { apart: {}, tenants: { hooli } } })).to.equal(
      `${what} does not give "hooli" to this stack, since it still has the tenant on its own cluster; ${wayOut}`,
    );
    expect(await refused({ [STAGING]: {} })).to.equal(
      `${what} does not give "hooli" to this stack, which knows no such tenant; ${wayOut}`,
    );
  });

  it("nor where it is given to another, or by another cluster", async () => {
    const given = (change: object) =>
      ({ [STAGING]: { apart: { hooli: { ...GIVEN.apart?.hooli, ...change } } } }) as never;
    expect(await refused(given({ stack: "other-hooli" }))).to.equal(
      `${what} does not give "hooli" to this stack, but to stack other-hooli; ${wayOut}`,
    );
    expect(await refused(given({ parent: CLUSTER.replace("1111", "9999") }))).to.equal(
      `cluster staging-hooli: 1 problem\n  parent.cluster: "${CLUSTER}" is not the cluster of stack staging, which is ${CLUSTER.replace("1111", "9999")}; run: npx bulkhead stacks --stack staging --write`,
    );
  });

  it("the shared cluster does not take it back as long as its own stack has it", async () => {
    const exported = { [STAGING]: GIVEN, [OWN]: { tenants: { hooli: {} as never } } };
    const { failure, resources } = await programRun(staging({ access: HOOLI.access }), { stack: "staging", exported });
    expect(resources.map(({ type }) => type)).to.deep.equal(["pulumi:pulumi:Stack"]);
    expect(failure?.message).to.equal(
      "cluster staging: 1 problem\n  tenants.hooli.isolation.cluster: would have it live in two places: stack staging-hooli still has the tenant on a cluster of its own; destroy that first (pulumi destroy --stack staging-hooli), or name the tenant in guardrails.removals",
    );
  });
});
