import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import { getVpc } from "@pulumi/aws/ec2/getVpc";
import type * as pulumi from "@pulumi/pulumi";
import type { GivenNetwork, LiveNetwork, LiveVpc } from "./given.plan";

/** A network that is there already, as AWS knows it now. */
export async function liveNetwork({ vpc, subnets }: GivenNetwork, opts: pulumi.InvokeOptions): Promise<LiveNetwork> {
  const ids = Object.values(subnets);
  const [live, ...parts] = await Promise.all([
    orUndefined(liveVpc(vpc, opts)),
    ...ids.map((id) => orUndefined(getSubnet({ id }, opts))),
  ]);
  return { vpc: live, subnets: new Map(ids.map((id, index) => [id, parts[index]])) };
}

/** What a range is no more, or never came to be. */
const GONE = ["disassociated", "failed"];

async function liveVpc(id: string, opts: pulumi.InvokeOptions): Promise<LiveVpc> {
  const found = await getVpc({ id }, opts);
  const ranges = [
    ...found.cidrBlockAssociations.map(({ cidrBlock, state }) => ({ range: cidrBlock, state })),
    ...found.ipv6CidrBlockAssociations.map(({ ipv6CidrBlock, state }) => ({ range: ipv6CidrBlock, state })),
  ];
  return { ...found, cidrs: ranges.flatMap(({ range, state }) => (GONE.includes(state) ? [] : [range])) };
}

/** The provider's words for what is not there (terraform-provider-aws, tfresource.SingularDataSourceFindError). */
async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (/no matching|NotFound/.test((error as Error).message)) return undefined;
    throw error;
  }
}
