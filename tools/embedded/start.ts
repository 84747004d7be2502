import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import pc from "picocolors";
import { caveats, planTable } from "../../cli/plan-table";
import { ClusterApi, readKubeconfig } from "../../components/cluster/api";
import { EMBEDDED_KUBECONFIG, residentsOn, servedOn } from "../../components/cluster/inspect";
import { type Plan, planEstate } from "../../components/plan";
import { type Estate, parseEstate } from "../../config/estate";
import { ConfigError } from "../../config/problems";
import { readStackFile } from "../../config/read";
import { type Finding, firstLook } from "../../proof/live/first-look";
import { type Proof, prove } from "../../proof/prove";
import { proofTable } from "../../proof/report/table";
import { defaultFolder, registerNodes, removeNodes, startControlPlane, wipeControlPlane } from "../controlplane";
import { ownFolder, ownFolders } from "../controlplane/clusters";
import { type Engine, fetchPlugins, provideEngine, REPOSITORY } from "../engine";
import { provideKarpenter, provideToolchain, type Report, type Toolchain } from "../toolchain";
import { type Changes, deploy, leave } from "./deploy";
import { findingsTable } from "./findings-table";
import { alone, untilUnlocked } from "./locks";
import { nodesOf, outdated } from "./nodes";
import { recover } from "./recover";
import { residentStack, settle } from "./stack";
import { type Detail, Steps } from "./steps";

export interface StartOptions {
  /** Stack whose Pulumi.<stack>.yaml is deployed. */
  readonly stack: string;
  /** Look at the tenants even when the deployment failed. */
  readonly onFailure: "stop" | "keep-going";
  readonly network: "online" | "offline";
  /** Attack the tenants' bounds with the whole catalogue, or look only whether they are usable. */
  readonly proof: "whole" | "none";
  /** Where people are told how it goes; what is asked for with --json goes elsewhere. */
  readonly screen: NodeJS.WritableStream;
  readonly report: Report;
}

export interface Started {
  readonly stack: string;
  readonly tenants: readonly string[];
  /** Kubeconfig of the cluster's administrator, relative to the repository. */
  readonly kubeconfig: string;
  /** A group and a namespace of it to try things with; undefined when no tenant has a group of admins. */
  readonly sample: { readonly group: string; readonly namespace: string } | undefined;
  readonly changes: Changes | undefined;
  readonly findings: readonly Finding[];
  /** Undefined where nothing was attacked. */
  readonly proof: Proof | undefined;
  /** Why the deployment failed; undefined when it did not. */
  readonly failure: string | undefined;
}

/** From a stack file to live tenants on this machine, and to the proof that they are kept apart. */
export async function start(options: StartOptions): Promise<Started> {
  const { stack, network, report, screen } = options;
  const say = (text: string) => screen.write(`${text}\n`);
  const estate = parseEstate(readStackFile(REPOSITORY, stack));
  refuseForeignCluster(estate, stack);
  const plan = planEstate(estate);
  say(
    `${pc.bold("Bulkhead")}: stack ${stack}, ${estate.tenants.length} tenants on a Kubernetes control plane on this machine\n`,
  );
  say(planTable(plan));
  for (const caveat of [...caveats(plan), ...simulations(plan.estate), ...succession(estate, stack)])
    say(`${pc.yellow("!")} ${caveat}`);
  say("");

  const steps = new Steps(screen, options.proof === "whole" ? 6 : 5);
  const toolchain = await steps.run("toolchain", async () => {
    const found = await provideToolchain({ report, network });
    const autoscaler = installsKarpenter(estate) ? await provideKarpenter({ report, network }) : undefined;
    const { pulumi, controlPlane, kwok } = found;
    const also = autoscaler === undefined ? "" : `, Karpenter (${autoscaler.origin})`;
    return [found, `pulumi (${pulumi.origin}), Kubernetes (${controlPlane.origin}), kwok (${kwok.origin})${also}`];
  });
  return alone(defaultFolder, report, () => liveTenants(estate, toolchain, steps, options));
}

/** The plan for the control plane that runs: the machine's own may be older than the newest, which the first plan assumes. */
export async function planOn(api: ClusterApi, estate: Estate): Promise<Plan> {
  return planEstate(estate, await servedOn(api));
}

async function liveTenants(
  estate: Estate,
  toolchain: Toolchain,
  steps: Steps,
  options: StartOptions,
): Promise<Started> {
  const { stack, network, report, screen } = options;
  const folder = homeOf(estate);
  const controlPlane = await steps.run("control plane", async () => {
    const running = await startControlPlane({ toolchain, report, folder });
    return [running, running.server];
  });
  const plan = await asAdministrator(controlPlane.kubeconfig, (api) => planOn(api, estate));
  await steps.run("nodes", async () => {
    const nodes = nodesOf(estate);
    await registerNodes(controlPlane.kubeconfig, nodes);
    const comesLater = estate.platform.kind === "eks";
    return [undefined, comesLater ? "come with the cluster's pools" : `${nodes.length} simulated nodes ready`];
  });
  const { pulumi } = toolchain;
  await fetchPlugins({ pulumi, network, report });
  const engine = provideEngine({
    pulumi,
    kubectl: toolchain.controlPlane.command("kubectl"),
    // The official plugin would install Karpenter's chart, whose pods are simulated and scale nothing.
    ...(installsKarpenter(estate) ? { kubernetesPlugin: "stand-in" } : {}),
  });
  const { changes, failure } = await steps.attempt("pulumi up", async (detail) => {
    await untilUnlocked(defaultFolder, report);
    const resident = residentStack(folder);
    if (resident !== undefined && resident !== stack) {
      // A tenant's own cluster goes before the one that gave it away.
      if (folder === defaultFolder) await leaveOwnClusters(engine, toolchain, report, detail);
      const known = await recover(engine, resident, controlPlane.kubeconfig, detail);
      if (known) await leave(engine, resident, detail);
    }
    settle(folder, stack);
    await recover(engine, stack, controlPlane.kubeconfig, detail);
    // Before: the program refuses nodes that are nobody's. Afterwards: those of tenants that the deployment removed.
    await removeOutdatedNodes(estate, controlPlane.kubeconfig);
    const deployment = await deploy(engine, stack, detail);
    if (deployment.failure === undefined) await removeOutdatedNodes(estate, controlPlane.kubeconfig);
    return deployment;
  });
  if (failure !== undefined && options.onFailure === "stop")
    return { ...summary(stack, plan), changes, findings: [], proof: undefined, failure };
  const findings = await steps.run("first look", async () => {
    const seen = await asAdministrator(controlPlane.kubeconfig, (api) => firstLook(plan, api, () => {}));
    return [seen, "as each tenant's own people"];
  });
  screen.write(`\n${findingsTable(findings)}\n\n`);
  const proof =
    options.proof === "whole"
      ? await steps.run("prove", (detail) => attacked(plan, controlPlane.kubeconfig, detail))
      : undefined;
  if (proof) screen.write(`\n${proofTable(proof)}\n`);
  return { ...summary(stack, plan), changes, findings, proof, failure };
}

/** Folder of the control plane that is the stack's cluster: a tenant's own is none that others are on. */
function homeOf({ platform, parent }: Estate): string {
  return parent && platform.kind === "eks" ? ownFolder(defaultFolder, platform.name) : defaultFolder;
}

/** Takes the stacks of tenants with clusters of their own off them, and the clusters with them. */
async function leaveOwnClusters(engine: Engine, toolchain: Toolchain, report: Report, detail: Detail): Promise<void> {
  for (const folder of ownFolders(defaultFolder)) {
    const { kubeconfig } = await startControlPlane({ toolchain, report, folder });
    const resident = residentStack(folder);
    const known = resident !== undefined && (await recover(engine, resident, kubeconfig, detail));
    if (known) await leave(engine, resident, detail);
    await wipeControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function removeOutdatedNodes(estate: Estate, kubeconfig: string): Promise<void> {
  const residents = await asAdministrator(kubeconfig, residentsOn);
  await removeNodes(kubeconfig, outdated(estate, residents));
}

async function attacked(plan: Plan, kubeconfig: string, detail: Detail): Promise<readonly [Proof, string]> {
  return asAdministrator(kubeconfig, async (api) => {
    const proof = await prove(plan, api, {
      tell: ({ done, of, result }) => detail(`${done} of ${of} attacks, ${result.tenant}: ${result.attack}`),
    });
    return [proof, "attacked in each tenant's name; what was tried leaves nothing behind"];
  });
}

/** Only then is it built: most stacks have no use for it. */
function installsKarpenter({ platform }: Estate): boolean {
  return platform.kind === "eks" && platform.karpenter !== undefined;
}

/** What of this is not real, one sentence each. */
function simulations({ platform }: Estate): string[] {
  const cloud =
    "AWS is a stand-in on this machine: it refuses what AWS refuses, and nothing of a cloud is made or paid for";
  const nodes =
    "nodes are simulated (kwok): the API server, the controllers and the scheduler are real, but no container runs, no packet flows and no sandbox kernel";
  return platform.kind === "eks" ? [cloud, nodes] : [nodes];
}

/** Said before it happens: whoever only wanted to look at another stack can still stop. */
function succession(estate: Estate, stack: string): string[] {
  const folder = homeOf(estate);
  const resident = residentStack(folder);
  if (resident === undefined || resident === stack) return [];
  const others = folder === defaultFolder ? ownFolders(defaultFolder).length : 0;
  const also =
    others === 0 ? "" : `, and so ${others === 1 ? "is the cluster" : `are the ${others} clusters`} of tenants' own`;
  return [
    `stack ${resident} is on this control plane, which carries one stack at a time: it is destroyed first, with all that is in its tenants' namespaces${also}`,
  ];
}

function summary(stack: string, { estate, tenants }: Plan) {
  const samples = tenants.flatMap(({ tenant }) =>
    tenant.access.admins.flatMap(({ group }) =>
      group === undefined ? [] : [{ group, namespace: tenant.namespaces[0]?.name ?? "" }],
    ),
  );
  return {
    stack,
    tenants: tenants.map(({ tenant }) => tenant.id),
    kubeconfig: join(relative(REPOSITORY, homeOf(estate)), "kubeconfig"),
    sample: samples[0],
  };
}

async function asAdministrator<T>(kubeconfig: string, work: (api: ClusterApi) => Promise<T>): Promise<T> {
  const api = await ClusterApi.connect(readKubeconfig(kubeconfig));
  try {
    return await work(api);
  } finally {
    api.close();
  }
}

/** This command makes nodes and whole stacks as it likes, which is nothing to do to a cluster that people use. */
function refuseForeignCluster({ platform }: Estate, stack: string): void {
  // The stand-in of the cloud hands this machine's control plane back as the cluster.
  if (platform.kind !== "existing") return;
  const { kubeconfig, context } = platform;
  const problems = [];
  if (kubeconfig !== undefined && kubeconfig !== EMBEDDED_KUBECONFIG) {
    const rule = `is not the embedded control plane's (${EMBEDDED_KUBECONFIG}), and npm start touches no other cluster; deploy this stack with: pulumi up --stack ${stack}`;
    problems.push({ path: ["platform", "kubeconfig"], value: kubeconfig, rule });
  }
  if (context !== undefined && kubeconfig === undefined) {
    const rule = `leads to a cluster of your own, and npm start touches none; deploy this stack with: pulumi up --stack ${stack}`;
    problems.push({ path: ["platform", "context"], value: context, rule });
  }
  if (problems.length > 0) throw new ConfigError(`Pulumi.${stack}.yaml`, problems);
}
