import { expect } from "chai";
import { EKS } from "../../support/eks";
import { estateWith } from "../../support/estate";
import { complaintsAbout } from "../complaints";

const OWN = { isolation: { cluster: "dedicated" }, cluster: { cidr: "10.1.0.0/16" } };
const OTHER_ADMIN = "arn:aws:iam::444455556666:role/platform";

function about(tenants: Readonly<Record<string, unknown>>, platform: object = {}): string[] {
  return complaintsAbout(tenants, { platform: { ...EKS, ...platform } });
}

describe("a cluster for one tenant", () => {
  it("is made by a stack of its own, which the estate knows by name", () => {
    const { tenants, apart } = estateWith({ acme: {}, hooli: OWN }, { platform: EKS });
    expect(tenants.map(({ id }) => id)).to.deep.equal(["acme"]);
    expect(apart.map(({ tenant, stack }) => [tenant.id, stack])).to.deep.equal([["hooli", "test-hooli"]]);
  });

  it("has a range of addresses, and is offered one that nobody has", () => {
    expect(about({ acme: { isolation: OWN.isolation }, globex: { isolation: OWN.isolation } })).to.deep.equal([
      "tenants.acme.cluster.cidr: is missing; write a range that no other cluster has, as cluster: { cidr: 10.1.0.0/16 }",
      "tenants.globex.cluster.cidr: is missing; write a range that no other cluster has, as cluster: { cidr: 10.2.0.0/16 }",
    ]);
  });

  it("has a range that is nobody else's: not the others' cluster's, not services', not another tenant's", () => {
    const at = (cidr: string) => ({ ...OWN, cluster: { cidr } });
    expect(
      about({
        acme: at("10.0.64.0/18"),
        globex: at("172.20.0.0/18"),
        hooli: at("10.1.0.0/16"),
        initech: at("10.1.128.0/18"),
      }),
    ).to.deep.equal([
      'tenants.acme.cluster.cidr: "10.0.64.0/18" overlaps 10.0.0.0/16 (the shared cluster\'s); write a range of its own, as 10.2.0.0/16',
      'tenants.globex.cluster.cidr: "172.20.0.0/18" overlaps 172.20.0.0/16 (services\'); write a range of its own, as 10.3.0.0/16',
      'tenants.initech.cluster.cidr: "10.1.128.0/18" overlaps 10.1.0.0/16 (tenant "hooli"\'s); write a range of its own, as 10.4.0.0/16',
    ]);
  });

  it("has a range that leaves room for its subnets", () => {
    expect(about({ acme: { ...OWN, cluster: { cidr: "10.1.0.0/24" } } })).to.deep.equal([
      'tenants.acme.cluster.cidr: "10.1.0.0/24" is no size for this VPC; write an IPv4 range of /16 (AWS\'s largest) to /20 (the least that leaves room)',
    ]);
  });

  it("is not described where the tenant shares one, unless by the defaults", () => {
    expect(about({ acme: { cluster: OWN.cluster } })).to.deep.equal([
      "tenants.acme.cluster: has no meaning with isolation.cluster: shared; remove it or write isolation: { cluster: dedicated }",
    ]);
    const defaults = { cluster: { clusterAdmin: "tenant" } };
    expect(complaintsAbout({ acme: {} }, { platform: EKS, defaults })).to.deep.equal([]);
  });

  it("is not to be had where clusters are not made", () => {
    expect(complaintsAbout({ acme: OWN })).to.deep.equal([
      'tenants.acme.isolation.cluster: "dedicated" is not to be had on a platform of kind "existing", which is one cluster; the nearest choice is isolation: { nodes: dedicated }',
    ]);
  });

  it("is in one account, which bounds its roles by a policy of its own", () => {
    const admins = [OTHER_ADMIN, ...EKS.admins];
    const permissionsBoundary = "arn:aws:iam::111122223333:policy/boundary";
    const acme = { ...OWN, cluster: { ...OWN.cluster, admins } };
    expect(about({ acme }, { permissionsBoundary })).to.deep.equal([
      'tenants.acme.cluster.admins[1]: "arn:aws:iam::111122223333:role/platform" is of another account than arn:aws:iam::444455556666:role/platform, in whose account the cluster is made; name principals of one',
      "tenants.acme.cluster.permissionsBoundary: is missing, and arn:aws:iam::111122223333:policy/boundary is of another account; name one of account 444455556666",
    ]);
    const bounded = {
      ...OWN,
      cluster: { ...OWN.cluster, permissionsBoundary: permissionsBoundary.replace("1111", "9999") },
    };
    expect(about({ acme: bounded })).to.deep.equal([
      'tenants.acme.cluster.permissionsBoundary: "arn:aws:iam::999922223333:policy/boundary" is of another account or partition than the cluster (aws, 111122223333), whose roles it cannot bound; did you mean "arn:aws:iam::111122223333:policy/boundary"?',
    ]);
  });

  it("has an administrator where the tenant is to be it", () => {
    const acme = { ...OWN, cluster: { ...OWN.cluster, clusterAdmin: "tenant" } };
    expect(about({ acme })).to.deep.equal([
      'tenants.acme.cluster.clusterAdmin: "tenant" names nobody: tenants.acme.access.admins is empty; name them there, or remove the key',
    ]);
    expect(about({ acme: { ...acme, access: { admins: [{ group: "acme-admins" }] } } })).to.deep.equal([]);
  });

  it("is checked as its own stack will check it, before that is written", () => {
    const policies = ["arn:aws:iam::111122223333:policy/uploads"];
    const acme = {
      ...OWN,
      isolation: { cluster: "dedicated", nodes: "dedicated", runtime: "kata" },
      cluster: { ...OWN.cluster, admins: [OTHER_ADMIN] },
      pool: { machines: ["m7i.xlarge", "e2-standard-4"] },
      identities: { uploader: { policies } },
      network: { egress: [{ cidr: "10.1.2.0/24" }, { cidr: "10.0.2.0/24" }] },
    };
    expect(about({ acme })).to.deep.equal([
      'tenants.acme.identities.uploader.policies[0]: "arn:aws:iam::111122223333:policy/uploads" is of another account than the cluster (444455556666); name a policy there',
      'tenants.acme.isolation.runtime: "kata" needs hardware virtualization, which node groups on EKS silently leave off; write pool: { scaling: karpenter, machines: [m8i.xlarge] } with platform.karpenter, or machines that are *.metal; the nearest choice without is runtime: gvisor',
      'tenants.acme.network.egress[0].cidr: "10.1.2.0/24" lies in 10.1.0.0/16 (pods), which stays closed to tenants; remove the entry',
      'tenants.acme.pool.machines[1]: "e2-standard-4" is not a machine type; write family and size, as m7i.xlarge',
    ]);
  });

  it("takes none of the others' room: no group, no capacity", () => {
    const dedicated = { ...OWN, isolation: { cluster: "dedicated", nodes: "dedicated" } };
    const owners = Object.fromEntries(
      Array.from({ length: 24 }, (_, n) => [`t${n}`, { isolation: { nodes: "dedicated" } }]),
    );
    expect(about({ ...owners, hooli: dedicated })).to.deep.equal([]);
    expect(about({ ...owners, hooli: { isolation: { nodes: "dedicated" } } })).to.have.length(1);
  });
});

describe("a flow to another cluster", () => {
  const far = "is on another cluster, to which there is no way through the network";

  it("is refused at both ends, with what there is instead", () => {
    const tenants = {
      acme: { network: { egress: [{ tenant: "hooli" }], ingress: [{ tenant: "hooli" }] } },
      hooli: { ...OWN, network: { ingress: [{ tenant: "acme" }] } },
    };
    expect(about(tenants)).to.deep.equal([
      `tenants.acme.network.egress[0].tenant: "hooli" ${far}; publish the service there and write its addresses, as { cidr: 203.0.113.0/24, ports: [443] }`,
      `tenants.acme.network.ingress[0].tenant: "hooli" ${far}; publish the service here and write the addresses that it is called from, as { cidr: 203.0.113.0/24, ports: [443] }`,
      `tenants.hooli.network.ingress[0].tenant: "acme" ${far}; publish the service here and write the addresses that it is called from, as { cidr: 203.0.113.0/24, ports: [443] }`,
    ]);
  });

  it("of an account is refused too, whether or not both agree to share it", () => {
    const robot = { serviceAccount: { namespace: "acme", name: "robot" } };
    const tenants = {
      acme: { access: { viewers: [{ ...robot, sharedWith: ["hooli"] }] } },
      hooli: { ...OWN, access: { viewers: [{ ...robot, sharedWith: ["acme"] }] } },
    };
    expect(about(tenants)).to.deep.equal([
      "tenants.hooli.access.viewers[0].serviceAccount.namespace: \"acme\" is on another cluster, whose accounts are nobody's here; name a user, a group or an account of the tenant's own",
    ]);
  });
});

describe("the stack of a tenant with its own cluster", () => {
  const parent = {
    stack: "staging",
    tenant: "hooli",
    cluster: "arn:aws:eks:eu-central-1:111122223333:cluster/staging",
  };

  it("has that tenant, on that cluster, and no other", () => {
    const { tenants, apart } = estateWith({ hooli: OWN }, { platform: EKS, parent });
    expect([tenants.map(({ id }) => id), apart]).to.deep.equal([["hooli"], []]);
    expect(complaintsAbout({ acme: OWN, hooli: {} }, { platform: EKS, parent })).to.deep.equal([
      'tenants.acme: is a second tenant on the cluster of "hooli"; give it a place in the parent\'s stack file',
      'tenants.hooli.isolation.cluster: "shared" is alone on a cluster of its own; write dedicated',
    ]);
    expect(complaintsAbout({ acme: OWN }, { platform: EKS, parent })).to.include(
      'parent.tenant: "hooli" is no tenant of this stack; npx bulkhead stacks',
    );
  });

  it("is on EKS", () => {
    expect(complaintsAbout({ hooli: OWN }, { parent })).to.include(
      'parent: makes no cluster of a tenant\'s own on a platform of kind "existing"; remove it, or write kind: eks',
    );
  });

  it("says which cluster the others share", () => {
    expect(complaintsAbout({ hooli: OWN }, { platform: EKS, parent: { ...parent, cluster: "staging" } })).to.deep.equal(
      ['parent.cluster: "staging" is not a cluster\'s ARN; npx bulkhead stacks writes it'],
    );
  });
});
