import { type GetClusterResult, getCluster } from "@pulumi/aws/eks/getCluster";
import { getClusters } from "@pulumi/aws/eks/getClusters";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getRoles } from "@pulumi/aws/iam/getRoles";
import { getSessionContext } from "@pulumi/aws/iam/getSessionContext";
import { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import { CLUSTER_TAG } from "../../../config/names";
import { accountOf } from "../../../config/platform";
import type { Problem } from "../../../config/problems";
import type { EksPlatform } from "../../../config/schema";
import { liveSizes } from "../../pool/live";
import type { LiveSize } from "../../pool/managed.plan";
import { ClusterApi, Unreachable } from "../api";
import { type ClusterFacts, type Entrance, inspectCluster } from "../inspect";
import type { Site } from "../site";
import { accountProblems, deployerProblems, kubeconfigText } from "./access.plan";
import { EksCluster } from "./cluster";
import { liveNetwork } from "./given";
import { givenProblems } from "./given.plan";
import { SCALING_ROLE } from "./roles.plan";
import { upgradeProblems } from "./upgrade.plan";

/** The account and the cluster in it, as AWS knows them. @throws Unreachable when there is a cluster and no way to it. */
export async function eksSite(platform: EksPlatform): Promise<Site> {
  const account = accountOf(platform);
  const tags = { ...platform.tags, [CLUSTER_TAG]: platform.name };
  const provider = new Provider("aws", {
    region: account.region,
    // Credentials of another account than the file's would build it all there.
    allowedAccountIds: [account.account],
    defaultTags: { tags },
  });
  const { caller, roles, facts, live, problems } = await askAws(platform, { provider });
  return {
    name: platform.name,
    facts,
    problems: [...deployerProblems(platform, caller), ...accountProblems(platform, roles), ...problems],
    construct: (plan) =>
      new EksCluster("cluster", { ...plan, platform, account, live }, { providers: { aws: provider } }),
  };
}

interface Findings {
  /** ARN of whoever deploys. */
  readonly caller: string;
  /** Names of the roles that autoscaling groups act as: one, or none. */
  readonly roles: readonly string[];
  readonly facts: ClusterFacts | undefined;
  readonly live: ReadonlyMap<string, LiveSize> | undefined;
  /** What is there and is not what the stack file says, or cannot become it. */
  readonly problems: readonly Problem[];
}

async function askAws(platform: EksPlatform, opts: pulumi.InvokeOptions): Promise<Findings> {
  try {
    const caller = await callerOf(opts);
    const { names: roles } = await getRoles({ pathPrefix: SCALING_ROLE.path }, opts);
    const { given } = platform.network;
    const network = given ? givenProblems(given, await liveNetwork(given, opts)) : [];
    const cluster = await clusterOf(platform, opts);
    const upgrade = cluster ? upgradeProblems(platform, cluster.version) : [];
    const facts = cluster && (await factsOf(platform, cluster));
    const live = facts && (await liveSizes(platform.name, opts));
    return { caller, roles, facts, live, problems: [...network, ...upgrade] };
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    throw new Unreachable(`AWS does not answer what it is asked first: ${(error as Error).message}`);
  }
}

async function clusterOf({ name }: EksPlatform, opts: pulumi.InvokeOptions): Promise<GetClusterResult | undefined> {
  const { names } = await getClusters({}, opts);
  return names.includes(name) ? getCluster({ name }, opts) : undefined;
}

/** Undefined while nobody can look into the cluster. */
async function factsOf(platform: EksPlatform, cluster: GetClusterResult): Promise<ClusterFacts | undefined> {
  const { arn, endpoint, certificateAuthorities, status } = cluster;
  // One that is being made or unmade has no way in; what was left half-way is taken up by the deployment itself.
  if (status !== "ACTIVE" && status !== "UPDATING") return undefined;
  const kubeconfig = kubeconfigText(platform, arn, endpoint, certificateAuthorities[0]?.data ?? "");
  const entrance = { kubeconfig, context: arn };
  // A deployment that ended between the cluster and its administrators left nothing else on it, and goes on from there.
  return (await admits(entrance)) ? inspectCluster(entrance) : undefined;
}

/** Whether the cluster knows us, and lets us look at what tenants it has. */
async function admits({ kubeconfig, context }: Entrance): Promise<boolean> {
  const api = await ClusterApi.connect(kubeconfig, context);
  try {
    const { status } = await api.ask("/api/v1/namespaces?limit=1");
    return status !== UNAUTHORIZED && status !== FORBIDDEN;
  } finally {
    api.close();
  }
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** The role behind a session: entries name roles, and a session's own ARN changes each time. */
async function callerOf(opts: pulumi.InvokeOptions): Promise<string> {
  const { arn } = await getCallerIdentity({}, opts);
  return (await getSessionContext({ arn }, opts)).issuerArn;
}
