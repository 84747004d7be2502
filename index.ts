import * as pulumi from "@pulumi/pulumi";
import { Unreachable } from "./components/cluster/api";
import { nodeProblems, ownerProblems } from "./components/cluster/existing.plan";
import type { ClusterFacts } from "./components/cluster/inspect";
import { removalProblems } from "./components/cluster/residents";
import { siteOf } from "./components/cluster/site";
import { prerequisiteProblems } from "./components/guardrails/prerequisites";
import { estateOutputs } from "./components/outputs";
import { planEstate } from "./components/plan";
import { handlerProblems } from "./components/runtime/handlers";
import { type AskStack, askEngine, kinProblems, referTo } from "./components/stacks";
import { TenantSpace } from "./components/tenant";
import { type Estate, parseEstate } from "./config/estate";
import { ConfigError, type Problem } from "./config/problems";
import { readEngineConfig } from "./config/read";

// The SDK captures a stack trace for every promise it makes: half of the program's time with a hundred tenants.
if (!process.env.BULKHEAD_DEBUG) Error.stackTraceLimit = 0;

/** Read, plan, construct, export. Mistakes of the user end here as one message without a stack trace. */
export = async function program(look: typeof siteOf = siteOf, ask: AskStack = askEngine) {
  try {
    const root = pulumi.runtime.getRootDirectory() || process.cwd();
    const estate = parseEstate(readEngineConfig(root, pulumi.getStack(), pulumi.runtime.allConfig()));
    const site = await look(estate.platform, root);
    const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const nameOf = (name: string) => `${pulumi.getOrganization()}/${pulumi.getProject()}/${name}`;
    const kin = await kinProblems(estate, pulumi.getStack(), { ask, nameOf });
    const misfits = [...kin, ...site.problems, ...(site.facts ? misfitsOf(estate, site.facts, stack) : [])];
    if (misfits.length > 0) throw new ConfigError(`cluster ${site.name}`, misfits);

    if (estate.parent) referTo(nameOf(estate.parent.stack));
    const plan = planEstate(estate, { ...site.facts, stack });
    const { provider, roles, pools } = site.construct(plan);
    for (const tenant of plan.tenants) {
      const { id } = tenant.tenant;
      new TenantSpace(id, { plan: tenant, roles, nodes: pools.get(id) }, { provider });
    }
    return estateOutputs(plan);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof Unreachable) throw new pulumi.RunError(error.message);
    throw error;
  }
};

/** What the file asks for and the live cluster cannot have. */
function misfitsOf(estate: Estate, facts: ClusterFacts, stack: string): Problem[] {
  return [
    ...ownerProblems(facts.owner, stack),
    ...prerequisiteProblems(estate, facts),
    // The tenants of another stack are not ours to miss.
    ...(facts.owner === undefined || facts.owner === stack ? removalProblems(estate, facts.residents) : []),
    ...(estate.platform.kind === "existing" ? nodeProblems(estate, facts.nodes, facts.residents) : []),
    ...handlerProblems(estate, facts.runtimes),
  ];
}
