import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../config/problems";
import type { Platform } from "../../config/schema";
import type { Plan } from "../plan";
import type { SharedRoles } from "./commons";
import { ExistingCluster } from "./existing";
import { type ClusterFacts, entranceTo, inspectCluster } from "./inspect";

/** Where the tenants are going to live, looked at before anything is made. */
export interface Site {
  /** What people call the cluster. */
  readonly name: string;
  /** Undefined: there is no cluster yet. */
  readonly facts: ClusterFacts | undefined;
  /** What stands in the way, besides what the facts say. */
  readonly problems: readonly Problem[];
  construct(plan: Plan): TenantCluster;
}

/** A cluster on which tenants can be made. */
export interface TenantCluster {
  readonly provider: Provider;
  readonly roles: SharedRoles;
  /** Pools that are made for tenants, by tenant: a tenant's namespaces go before its nodes do. */
  readonly pools: ReadonlyMap<string, pulumi.Resource>;
}

/** @throws Unreachable when there is a cluster and no way to it. */
export async function siteOf(platform: Platform, root: string): Promise<Site> {
  if (platform.kind === "eks") {
    // Loaded for those who use it: the cloud's SDK is a large part of the program's start.
    const { eksSite } = require("./eks/site") as typeof import("./eks/site");
    return eksSite(platform);
  }
  return existingSite(platform.clusterIdentifier, await inspectCluster(entranceTo(platform, root)));
}

export function existingSite(clusterIdentifier: string | undefined, facts: ClusterFacts): Site {
  return {
    name: facts.context,
    facts,
    problems: [],
    construct: (plan) => new ExistingCluster("cluster", { ...plan, facts, clusterIdentifier }),
  };
}
