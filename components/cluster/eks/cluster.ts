import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import type { Key } from "@pulumi/aws/kms/key";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { clusterArn } from "../../../config/platform";
import type { EksPlatform, Runtime } from "../../../config/schema";
import { manifestsUnder } from "../../construct";
import { WorkloadIdentity } from "../../identity";
import { joined } from "../../naming";
import type { Plan } from "../../plan";
import { AUTOSCALER, autoscalerManifests, autoscalerRights, type ScaledPlatform } from "../../pool/autoscaler.plan";
import { KarpenterController } from "../../pool/controller";
import { nodeRolePath } from "../../pool/controller.plan";
import { flowRules } from "../../pool/flows";
import type { PoolHost } from "../../pool/host";
import { KarpenterPool, type KarpenterPoolArgs } from "../../pool/karpenter";
import { ManagedPool } from "../../pool/managed";
import type { LiveSize } from "../../pool/managed.plan";
import { type PoolPlan, planPools } from "../../pool/plan";
import { securityRulesUnder } from "../../pool/security-rules";
import { KataInstaller } from "../../runtime/kata";
import { commonsOf, PROVIDER_SETTINGS, type SharedRoles } from "../commons";
import { kubeconfigText } from "./access.plan";
import { addon } from "./addons";
import { AFTER_NAMES, BEFORE_NODES, NAMES } from "./addons.plan";
import { ControlPlane } from "./control-plane";
import { rotatedKey } from "./keys";
import { EksNetwork } from "./network";
import { planPeople } from "./people.plan";
import { serviceRole } from "./roles";
import {
  type Account,
  autoscalingMayUse,
  keyPolicy,
  logsMayUse,
  podIdentityTrust,
  policy,
  rolePath,
  trustOf,
} from "./roles.plan";
import { systemTraffic } from "./system.plan";

export interface EksClusterArgs extends Pick<Plan, "estate" | "roles" | "guardrails" | "canary" | "identities"> {
  readonly platform: EksPlatform;
  readonly account: Account;
  /** Sizes of the managed groups that are there already, by their pool's component. Unset: none are. */
  readonly live?: ReadonlyMap<string, LiveSize> | undefined;
}

type HostOfPools = Omit<PoolHost, "diskKeyArn">;
type InstalledKarpenter = Omit<KarpenterPoolArgs, "plan" | "host">;

/** A cluster on AWS from the network up: control plane, what nodes need, nodes, guardrails, and the tenants' roles. */
export class EksCluster extends pulumi.ComponentResource {
  readonly provider: Provider;
  readonly roles: SharedRoles;
  readonly pools: ReadonlyMap<string, pulumi.Resource>;

  constructor(name: string, args: EksClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:cluster:EksCluster", name, {}, opts);
    const { platform, account } = args;
    const parent = { parent: this };
    const key = this.key(name, "secrets and logs", [logsMayUse(account)], args);
    const { vpcId, subnets } = this.network(name, key, args);
    const { cluster, administrators } = new ControlPlane(name, { platform, account, subnets, key }, parent);
    this.provider = new Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: pulumi.secret(
          // Not known before somebody is let in: a preview would ask a cluster that answers nobody yet.
          pulumi
            .all([cluster.endpoint, cluster.certificateAuthority, pulumi.all(administrators.map(({ id }) => id))])
            .apply(([server, { data }]) => kubeconfigText(platform, clusterArn(platform), server, data ?? "")),
        ),
        clusterIdentifier: clusterArn(platform),
        ...PROVIDER_SETTINGS,
      },
      { ...parent, dependsOn: [...administrators] },
    );
    const { provider } = this;
    const addonArgs = { platform, account, clusterName: cluster.name };
    const first: pulumi.Resource[] = [];
    for (const each of BEFORE_NODES) first.push(addon(name, each, addonArgs, { ...parent, dependsOn: [...first] }));
    const host = {
      clusterName: cluster.name,
      partition: account.partition,
      vpcId,
      subnets,
      clusterSecurityGroupId: cluster.vpcConfig.apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId ?? ""),
      permissionsBoundary: platform.permissionsBoundary,
      nodeRolePath: rolePath(platform),
      tags: platform.tags,
      addons: first,
    };
    const [system, ...others] = planPools(args.estate);
    if (!system) throw new TypeError("a cluster without a system pool");
    const systemPool = this.managedPool(name, system, { ...host, systemSecurityGroupId: undefined }, args);
    const traffic = systemTraffic(platform).map((manifest) => manifestsUnder(this, name)(manifest, { provider }));
    const names = addon(name, NAMES, addonArgs, { ...parent, dependsOn: [systemPool, ...traffic] });
    const rest = AFTER_NAMES.map((each) => addon(name, each, addonArgs, { ...parent, dependsOn: [systemPool, names] }));
    const second = [names, ...rest];
    const { securityGroupId } = systemPool;
    const karpenter = this.karpenter(name, host, securityGroupId, [systemPool, ...first, ...second], platform);
    const installers = this.installers(name, others, [systemPool, ...first, ...second, ...traffic], platform);
    const pools = others.map((plan) => {
      const addons = [...first, ...(installers.get(plan.runtime) ?? [])];
      const own = { ...host, addons, systemSecurityGroupId: securityGroupId };
      return { ...plan, pool: this.pool(name, plan, own, args, karpenter) };
    });
    this.pools = new Map(pools.flatMap(({ owner, pool }) => (owner === undefined ? [] : [[owner, pool] as const])));
    if (platform.autoscaler) {
      const { autoscaler } = platform;
      this.autoscaler(name, cluster.name, [systemPool, ...first, ...traffic, names], { ...platform, autoscaler });
    }
    const groups = pools.map(({ name, pool }) => [name, pool.securityGroupId] as const);
    const fences = Object.fromEntries([[system.name, securityGroupId], ...groups]);
    securityRulesUnder(this, name, flowRules(args.estate), fences);
    for (const plan of args.identities) {
      const identity = { plan, clusterName: cluster.name, platform };
      new WorkloadIdentity(joined(plan.namespace, plan.account), identity, { ...parent, dependsOn: first });
    }
    this.roles = commonsOf(this, name, provider, args);
    this.letIn(name, cluster.name, args);
    this.registerOutputs({ arn: cluster.arn });
  }

  /** Tenants' people: they come when the guardrails are bound, and go before those do. */
  private letIn(name: string, clusterName: pulumi.Input<string>, { estate }: EksClusterArgs): void {
    const guarded = { parent: this, dependsOn: [...this.roles.values()] };
    for (const { principal: principalArn, title, groups } of planPeople(estate)) {
      const args = { clusterName, principalArn, kubernetesGroups: [...groups], type: "STANDARD" };
      new AccessEntry(`${name}-${title}`, args, guarded);
    }
  }

  /** cluster-autoscaler, on the system pool: it has its right over the account's groups before it starts. */
  private autoscaler(
    name: string,
    clusterName: pulumi.Input<string>,
    dependsOn: pulumi.Resource[],
    platform: ScaledPlatform,
  ): void {
    const parent = { parent: this };
    const role = serviceRole(
      `${name}-autoscaler`,
      {
        trust: podIdentityTrust(clusterArn(platform), AUTOSCALER),
        rights: autoscalerRights(platform),
        permissionsBoundary: platform.permissionsBoundary,
        path: rolePath(platform),
      },
      parent,
    );
    const { namespace, account: serviceAccount } = AUTOSCALER;
    const association = new PodIdentityAssociation(
      `${name}-autoscaler`,
      { clusterName, namespace, serviceAccount, roleArn: role.arn },
      { ...parent, dependsOn: [...role.rights] },
    );
    const create = manifestsUnder(this, name);
    const before: pulumi.Resource[] = [association, ...dependsOn];
    for (const manifest of autoscalerManifests(platform)) {
      before.push(create(manifest, { provider: this.provider, dependsOn: [...before] }));
    }
  }

  private network(name: string, key: Key, { platform }: EksClusterArgs): Pick<EksNetwork, "vpcId" | "subnets"> {
    const { zones, given, flowLogs } = platform.network;
    if (given) {
      const subnets = Object.entries(given.subnets).map(([zone, id]) => [zone, pulumi.output(id)] as const);
      return { vpcId: pulumi.output(given.vpc), subnets: new Map(subnets) };
    }
    const parent = { parent: this };
    const group =
      flowLogs === "none"
        ? undefined
        : new LogGroup(
            `${name}-flows`,
            { name: `/bulkhead/${platform.name}/flows`, retentionInDays: platform.logDays, kmsKeyId: key.arn },
            parent,
          );
    const rights = (arn: string) =>
      policy([
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          Resource: `${arn}:*`,
        },
      ]);
    const flows = group && {
      group: group.arn,
      writer: serviceRole(
        `${name}-flows`,
        {
          trust: trustOf("vpc-flow-logs.amazonaws.com"),
          rights: group.arn.apply(rights),
          permissionsBoundary: platform.permissionsBoundary,
          path: rolePath(platform),
        },
        parent,
      ),
    };
    return new EksNetwork(name, { platform, zones: zones ?? [], flowLogs: flows }, { parent: this });
  }

  /** Karpenter with all that its pools stand on; undefined where the platform has none. */
  private karpenter(
    name: string,
    host: Omit<PoolHost, "diskKeyArn" | "systemSecurityGroupId">,
    systemSecurityGroupId: pulumi.Input<string>,
    after: pulumi.Resource[],
    platform: EksPlatform,
  ): InstalledKarpenter | undefined {
    const { karpenter } = platform;
    if (!karpenter) return undefined;
    const { needed: controller, commonSecurityGroupId } = new KarpenterController(
      `${name}-karpenter`,
      { platform: { ...platform, karpenter }, host, systemSecurityGroupId, after },
      { parent: this, providers: { kubernetes: this.provider } },
    );
    return { controller, commonSecurityGroupId, images: karpenter.images };
  }

  /** What nodes need of the cluster to install their sandbox, by the sandbox; gVisor they install by themselves. */
  private installers(
    name: string,
    pools: readonly PoolPlan[],
    after: pulumi.Resource[],
    { sandbox: { kata } }: EksPlatform,
  ): ReadonlyMap<Runtime, readonly pulumi.Resource[]> {
    if (pools.every(({ runtime }) => runtime !== "kata")) return new Map();
    const providers = { kubernetes: this.provider };
    return new Map([["kata", new KataInstaller(`${name}-kata`, { kata, after }, { parent: this, providers }).needed]]);
  }

  /** @throws TypeError for a pool of Karpenter's where there is none: the cross-checks refuse such a file. */
  private pool(
    name: string,
    plan: PoolPlan,
    host: HostOfPools,
    args: EksClusterArgs,
    karpenter: InstalledKarpenter | undefined,
  ): ManagedPool | KarpenterPool {
    if (plan.scaling === "managed") return this.managedPool(name, plan, host, args);
    if (!karpenter) throw new TypeError(`no Karpenter for pool ${plan.name}`);
    const title = `${name}-${plan.name}`;
    // Whoever starts the machines uses it by rights of its own, so no service is named in it.
    const key = this.key(title, `disks of ${plan.name}`, [], args, plan.protection);
    const own = { ...host, diskKeyArn: key.arn, nodeRolePath: nodeRolePath(args.platform) };
    const providers = { kubernetes: this.provider };
    return new KarpenterPool(title, { plan, host: own, ...karpenter }, { parent: this, providers });
  }

  /** Each pool of a tenant has a key of its own: what its disks held is gone with the key. */
  private managedPool(name: string, plan: PoolPlan, host: HostOfPools, args: EksClusterArgs): ManagedPool {
    const title = `${name}-${plan.name}`;
    const key = this.key(title, `disks of ${plan.name}`, autoscalingMayUse(args.account), args, plan.protection);
    const live = args.live?.get(title);
    return new ManagedPool(title, { plan, host: { ...host, diskKeyArn: key.arn }, live }, { parent: this });
  }

  private key(
    name: string,
    what: string,
    users: Parameters<typeof keyPolicy>[1],
    { platform, account }: EksClusterArgs,
    protection = platform.deletionProtection,
  ): Key {
    const alias = name === "cluster" ? platform.name : `${platform.name}-${name}`;
    const description = `${platform.name}: ${what}`;
    const protect = protection === "on";
    return rotatedKey(name, { description, alias, policy: keyPolicy(account, users) }, { parent: this, protect });
  }
}
