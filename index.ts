import * as pulumi from "@pulumi/pulumi";
import { Unreachable } from "./components/cluster/api";
import { ExistingCluster } from "./components/cluster/existing";
import { nodeProblems, ownerProblems } from "./components/cluster/existing.plan";
import { type ClusterFacts, inspectCluster } from "./components/cluster/inspect";
import { removalProblems } from "./components/cluster/residents";
import { prerequisiteProblems } from "./components/guardrails/prerequisites";
import { estateOutputs } from "./components/outputs";
import { planEstate } from "./components/plan";
import { TenantSpace } from "./components/tenant";
import { parseEstate } from "./config/estate";
import { ConfigError } from "./config/problems";
import { readEngineConfig } from "./config/read";

// The SDK captures a stack trace for every promise it makes: half of the program's time with a hundred tenants.
if (!process.env.BULKHEAD_DEBUG) Error.stackTraceLimit = 0;

/** Read, plan, construct, export. Mistakes of the user end here as one message without a stack trace. */
export = async function program(inspect: typeof inspectCluster = inspectCluster) {
  try {
    const root = pulumi.runtime.getRootDirectory() || process.cwd();
    const estate = parseEstate(readEngineConfig(root, pulumi.getStack(), pulumi.runtime.allConfig()));
    const facts: ClusterFacts = await inspect(estate.platform, root);
    const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const misfits = [
      ...ownerProblems(facts.owner, stack),
      ...prerequisiteProblems(estate.guardrails, facts),
      // The tenants of another stack are not ours to miss.
      ...(facts.owner === undefined || facts.owner === stack ? removalProblems(estate, facts.residents) : []),
      ...nodeProblems(estate, facts.nodes, facts.residents),
    ];
    if (misfits.length > 0) throw new ConfigError(`cluster ${facts.context}`, misfits);

    const plan = planEstate(estate, { ...facts, stack });
    const { clusterIdentifier } = estate.platform;
    const cluster = new ExistingCluster("cluster", { ...plan, facts, clusterIdentifier });
    const { provider, roles } = cluster;
    for (const tenant of plan.tenants) new TenantSpace(tenant.tenant.id, { plan: tenant, roles }, { provider });
    return estateOutputs(plan);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof Unreachable) throw new pulumi.RunError(error.message);
    throw error;
  }
};
