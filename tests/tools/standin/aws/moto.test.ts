import { expect } from "chai";
import type { Thing } from "../../../../tools/standin/aws/store";
import { at } from "../../../../tools/standin/plugin/fields";
import type { Property, PropertyMap } from "../../../../tools/standin/plugin/properties";
import { Bench, checked, kind, refusal } from "./bench";
import { keyPolicy, managed, trust } from "./documents";
import { type Moto, provideMoto, type Step } from "./moto/opinion";

/** A thing to be made; `@net.id` in its inputs is a field of the one that is called net. */
type Wanted = readonly [name: string, type: string, inputs: PropertyMap];

/** What is refused, and the code of the refusal; an attempt that is a text is the end of what has this name. */
type Refused = readonly [what: string, code: string, ground: readonly Wanted[], attempt: Wanted | string];

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const document = (over: object, Version = "2012-10-17") =>
  JSON.stringify({ Version, Statement: [{ ...statement, ...over }] });

const net: Wanted = ["net", "Vpc", { cidrBlock: "10.0.0.0/16" }];
const within = (cidrBlock: string, more = {}): Wanted => ["a", "Subnet", { vpcId: "@net.id", cidrBlock, ...more }];
const subnet = within("10.0.0.0/24");
const stray: Wanted = ["a", "Subnet", { vpcId: "vpc-0123456789abcdef0", cidrBlock: "10.0.0.0/24" }];
const door: Wanted = ["door", "InternetGateway", { vpcId: "@net.id" }];
const table: Wanted = ["table", "RouteTable", { vpcId: "@net.id" }];
const way: Wanted = ["way", "RouteTableAssociation", { routeTableId: "@table.id", subnetId: "@a.id" }];
const everywhere = { destinationCidrBlock: "0.0.0.0/0", gatewayId: "@door.id" };
const out: Wanted = ["out", "Route", { routeTableId: "@table.id", ...everywhere }];
const group: Wanted = ["fence", "SecurityGroup", { vpcId: "@net.id", name: "fence", description: "nodes" }];
const hole = { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/8" };
const rule = (securityGroupId: string): Wanted => ["hole", "SecurityGroupIngressRule", { securityGroupId, ...hole }];
const role = (assumeRolePolicy: string): Wanted => ["role", "Role", { name: "node", assumeRolePolicy }];
const node = role(trust("ec2.amazonaws.com"));
const attached = (policyArn: string): Wanted => ["attached", "RolePolicyAttachment", { role: "node", policyArn }];
const ofAws = attached(managed("AmazonEKSClusterPolicy"));
const rights = (policy: string): Wanted => ["rights", "Policy", { name: "rights", policy }];
const key: Wanted = ["key", "Key", { policy: keyPolicy({ ...statement, Principal: { AWS: "*" } }) }];
const alias = (targetKeyId: string): Wanted => ["alias", "Alias", { name: "alias/disks", targetKeyId }];

const REFUSED: readonly Refused[] = [
  ["a VPC larger than a /16", "InvalidVpc.Range", [], ["net", "Vpc", { cidrBlock: "10.0.0.0/8" }]],
  ["the end of a VPC with subnets", "DependencyViolation", [net, subnet], "net"],
  ["a subnet outside its VPC", "InvalidSubnet.Range", [net], within("10.1.0.0/24")],
  ["a subnet that overlaps another", "InvalidSubnet.Conflict", [net, subnet], within("10.0.0.0/25")],
  ["a subnet in no zone", "InvalidParameterValue", [net], within("10.0.0.0/24", { availabilityZone: "eu-central-1z" })],
  ["a subnet of no VPC", "InvalidVpcID.NotFound", [], stray],
  ["a route twice", "RouteAlreadyExists", [net, door, table, out], out],
  ["the end of a route table in use", "DependencyViolation", [net, subnet, table, way], "table"],
  ["a group's name twice", "InvalidGroup.Duplicate", [net, group], group],
  ["a rule twice", "InvalidPermission.Duplicate", [net, group, rule("@fence.id")], rule("@fence.id")],
  ["a rule of no group", "InvalidGroup.NotFound", [], rule("sg-0123456789abcdef0")],
  ["a role twice", "EntityAlreadyExists", [node], node],
  ["the end of a role with policies", "DeleteConflict", [node, ofAws], "role"],
  ["a policy that is none", "NoSuchEntity", [node], attached(managed("AmazonEKSWishPolicy"))],
  ["a policy for nobody", "NoSuchEntity", [], ofAws],
  ["a document of no version", "MalformedPolicyDocument", [], rights(document({}, "2012-10-18"))],
  ["a statement without action", "MalformedPolicyDocument", [], rights(document({ Action: undefined }))],
  ["a statement without resource", "MalformedPolicyDocument", [], rights(document({ Resource: undefined }))],
  ["an unknown effect", "MalformedPolicyDocument", [], rights(document({ Effect: "allow" }))],
  ["an unknown element", "MalformedPolicyDocument", [], rights(document({ Actions: "s3:*" }))],
  ["an alias of no key", "NotFoundException", [], alias("0123")],
  ["an alias twice", "AlreadyExistsException", [key, alias("@key.id")], alias("@key.id")],
];

/** What AWS refuses and moto lets pass. When it no longer does, the line belongs above. */
const BEYOND_MOTO: readonly Refused[] = [
  ["a subnet smaller than a /28", "InvalidSubnet.Range", [net], within("10.0.0.0/29")],
  ["a second internet gateway", "Resource.AlreadyAssociated", [net, door], door],
  ["the end of a VPC with a gateway", "DependencyViolation", [net, door], "net"],
  ["the end of a VPC with a group", "DependencyViolation", [net, group], "net"],
  ["a second table for a subnet", "Resource.AlreadyAssociated", [net, subnet, table, way], way],
  ["the end of a policy in use", "DeleteConflict", [node, rights(document({})), attached("@rights.arn")], "rights"],
  ["rights with a principal", "MalformedPolicyDocument", [], rights(document({ Principal: "*" }))],
  ["trust in nobody", "MalformedPolicyDocument", [], role(document({ Resource: undefined }))],
];

describe("a second opinion on the stand-in cloud", function () {
  this.timeout(5 * 60_000);
  let moto: Moto;
  before("install moto", async function () {
    const found = await provideMoto();
    if (typeof found === "string") {
      console.log(`      without moto: ${found}`);
      this.skip();
    }
    moto = found;
  });

  const cases = [...REFUSED, ...BEYOND_MOTO];
  it(`agrees on ${REFUSED.length} of ${cases.length} refusals, with the same code each`, async () => {
    const tried: Awaited<ReturnType<typeof tryOut>>[] = [];
    for (const each of cases) tried.push(await tryOut(each));
    const outcomes = moto.outcomes(tried.map(({ steps }) => steps));
    const table = cases.map(([what], index) => {
      const [ground = [], [theirs] = []] = [outcomes[index]?.slice(0, -1), outcomes[index]?.slice(-1)];
      return [what, tried[index]?.code, theirs, ...ground.filter((outcome) => outcome !== "done")];
    });
    expect(table).to.deep.equal([
      ...REFUSED.map(([what, code]) => [what, code, code]),
      ...BEYOND_MOTO.map(([what, code]) => [what, code, "done"]),
    ]);
  });
});

/** What the stand-in says, and the same steps for somebody else. */
async function tryOut([, , ground, attempt]: Refused): Promise<{ code: string; steps: Step[] }> {
  const bench = new Bench();
  const made = new Map<string, Thing>();
  try {
    for (const [name, type, inputs] of ground) made.set(name, await bench.make(type, resolved(inputs, made)));
    const steps: Step[] = [...made.values()].map((thing) => ({ make: thing }));
    if (typeof attempt === "string") {
      const end = made.get(attempt) as Thing;
      return { code: codeIn(await refusal(bench.delete(end))), steps: [...steps, { end }] };
    }
    const [, type, unresolved] = attempt;
    const inputs = resolved(unresolved, made);
    const make = { token: kind(type).token, id: "new", inputs: checked(type, inputs).inputs };
    return { code: codeIn(await refusal(bench.make(type, inputs))), steps: [...steps, { make }] };
  } finally {
    bench.remove();
  }
}

function resolved(inputs: PropertyMap, made: ReadonlyMap<string, Thing>): PropertyMap {
  const field = (value: Property) => {
    const [, name = "", path = ""] = /^@(\w+)\.(\w+)$/.exec(String(value)) ?? [];
    const thing = made.get(name);
    return thing ? (path === "id" ? thing.id : (at(thing.state, path) ?? null)) : value;
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, field(value)]));
}

/** AWS's codes are one word before a colon. */
function codeIn(message: string): string {
  return /(?:api error |")([A-Za-z.]+): /.exec(message.replace('"reason":', ""))?.[1] ?? message;
}
