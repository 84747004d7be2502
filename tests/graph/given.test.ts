import { expect } from "chai";
import { INVOKES } from "../../tools/standin/aws/invokes";
import { EKS, onEks } from "../support/eks";
import type { Answers } from "../support/engine";
import type { StackValues } from "../support/estate";
import { programRun, type RegisteredResource, registeredProgram } from "../support/program";
import { Bench } from "../tools/standin/aws/bench";

const VPC = "vpc-0123456789abcdef0";
const SUBNETS = { "eu-central-1a": "subnet-0000000000000000a", "eu-central-1b": "subnet-0000000000000000b" };

function within(given: object): StackValues {
  const acme = { network: { egress: [{ cidr: "0.0.0.0/0" }] } };
  const complete = { vpc: VPC, cidrs: ["172.31.0.0/16", "100.64.0.0/16"], subnets: SUBNETS, ...given };
  return onEks({ acme }, { network: { given: complete } });
}

describe("a stack in a VPC that is there already", () => {
  let resources: readonly RegisteredResource[];
  before(async () => {
    ({ resources } = await registeredProgram(within({})));
  });

  it("makes no network of its own", () => {
    const made = resources.map(({ type }) => type).filter((type) => /^aws:ec2\/(vpc|subnet|natGateway)/.test(type));
    expect(made).to.deep.equal([]);
    const cluster = resources.find(({ type }) => type === "aws:eks/cluster:Cluster");
    expect(cluster?.inputs.vpcConfig).to.deep.include({ subnetIds: Object.values(SUBNETS) });
  });

  it("keeps tenants from every range of the VPC when they may go everywhere, and from no other's", () => {
    const policies = resources.filter(({ type }) => type.endsWith(":NetworkPolicy"));
    const blocks = policies.flatMap(({ inputs }) => blocksOf(inputs.spec as Spec));
    expect(blocks).to.deep.equal([
      { cidr: "0.0.0.0/0", except: ["169.254.0.0/16", "172.31.0.0/16", "100.64.0.0/16", "172.20.0.0/16"] },
    ]);
  });
});

interface Spec {
  readonly egress?: readonly { readonly to?: readonly { readonly ipBlock?: object }[] }[];
}

function blocksOf({ egress = [] }: Spec): object[] {
  return egress.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
}

describe("a VPC that is there already, before anything is made in it", () => {
  let bench: Bench;
  let answers: Answers;
  let vpc: string;
  let subnets: Record<string, string>;

  before(async () => {
    bench = new Bench();
    const { world } = bench;
    answers = Object.fromEntries(
      Object.entries(INVOKES).map(([token, ask]) => [token, (args) => ask(args as Parameters<typeof ask>[0], world)]),
    );
    vpc = (await bench.make("Vpc", { cidrBlock: "172.31.0.0/16", enableDnsHostnames: true })).id;
    const subnetIn = async (vpcId: string, cidrBlock: string, availabilityZone: string) =>
      (await bench.make("Subnet", { vpcId, cidrBlock, availabilityZone })).id;
    const other = (await bench.make("Vpc", { cidrBlock: "10.9.0.0/16" })).id;
    subnets = {
      a: await subnetIn(vpc, "172.31.0.0/20", "eu-central-1a"),
      b: await subnetIn(vpc, "172.31.16.0/20", "eu-central-1b"),
      c: await subnetIn(vpc, "172.31.32.0/20", "eu-central-1c"),
      far: await subnetIn(other, "10.9.0.0/20", "eu-central-1b"),
      other,
    };
  });
  after(() => bench.remove());

  const refusal = async (given: object) => (await programRun(within({ vpc, ...given }), { answers })).failure?.message;

  it("is taken when it is as the file says", async () => {
    const given = { subnets: { "eu-central-1a": subnets.a, "eu-central-1b": subnets.b } };
    expect(await refusal(given)).to.equal(undefined);
  });

  it("is refused with everything that is not as the file says, in one message", async () => {
    const given = {
      cidrs: ["10.0.0.0/16"],
      subnets: { "eu-central-1a": subnets.c, "eu-central-1b": subnets.far, "eu-central-1c": "subnet-00000000" },
    };
    expect((await refusal(given))?.split("\n")).to.deep.equal([
      "cluster staging: 4 problems",
      `  platform.network.given.cidrs: ["10.0.0.0/16"] lacks 172.31.0.0/16 of ${vpc}, and tenants could open ways to nodes and pods there; add it`,
      `  platform.network.given.subnets.eu-central-1a: "${subnets.c}" is in eu-central-1c; name a subnet that is in eu-central-1a`,
      `  platform.network.given.subnets.eu-central-1b: "${subnets.far}" is in ${subnets.other}, not in ${vpc}; name a subnet of that`,
      '  platform.network.given.subnets.eu-central-1c: "subnet-00000000" is no subnet that AWS shows this account in this region; name one that is',
    ]);
  });

  it("is refused when there is none of that id, or nodes could not find the API server in it", async () => {
    const own = { "eu-central-1a": subnets.a, "eu-central-1b": subnets.b };
    expect(await refusal({ vpc: "vpc-00000000", subnets: own })).to.include(
      '  platform.network.given.vpc: "vpc-00000000" is no VPC that AWS shows this account in this region; name one that is',
    );
    expect(await refusal({ vpc: subnets.other, subnets: own })).to.include(
      `  platform.network.given.vpc: "${subnets.other}" has enableDnsHostnames off, without which no node finds the API server; turn on both`,
    );
  });

  it("is not looked for where Bulkhead makes one", async () => {
    const { failure } = await programRun({ platform: EKS, tenants: { acme: {} } }, { answers });
    expect(failure).to.equal(undefined);
  });
});
