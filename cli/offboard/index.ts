import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { ClusterApi, Unreachable } from "../../components/cluster/api";
import { EMBEDDED_KUBECONFIG, entranceTo, residentsOn } from "../../components/cluster/inspect";
import type { Resident } from "../../components/cluster/residents";
import { actorsOf } from "../../config/actors";
import type { Estate, Tenant } from "../../config/estate";
import { ConfigError } from "../../config/problems";
import type { Platform } from "../../config/schema";
import { type Inventory, inventoriesOf } from "../../proof/live/inventory";
import { type Departed, type Residue, residueOf } from "../../proof/live/residue";
import { checkWritable, NotWritable } from "../output";
import { NotEditable } from "./edit";
import { replaceFile, StackFile } from "./stack-file";

interface Options {
  readonly stack: string;
  readonly yes?: true;
  readonly evidence?: string;
  readonly pulumi?: string;
}

/** What is kept of a tenant: what it was, what it had, and what could not be removed. */
interface Evidence {
  readonly tenant: string;
  readonly stack: string;
  readonly cluster: string;
  /** When the inventory was made; the tenant could make nothing any more. */
  readonly recorded: string;
  readonly spec: Tenant;
  readonly inventory: Readonly<Record<string, Inventory>>;
  /** Set when the tenant has been removed. */
  readonly removed?: string;
  readonly residue?: readonly Residue[];
}

/** `bulkhead offboard`: closes a tenant, records what it had, removes it, and says what of it is still there. */
export function offboardCommand(): Command {
  return new Command("offboard")
    .description("close a tenant, record what it had, remove it, and say what of it is still on the cluster")
    .argument("<tenant>", "id of the tenant")
    .argument("[pulumi-arguments...]", "after --: passed on to each pulumi up, as --policy-pack policies")
    .option("--stack <name>", "stack whose Pulumi.<name>.yaml has the tenant", "dev")
    .option("--yes", "do it; without it, only say what would be done")
    .option("--evidence <file>", "where the record goes (default: offboarding-<tenant>.json)")
    .option("--pulumi <command>", "Pulumi CLI (default: pulumi, on the embedded control plane its own)")
    .addHelpText("after", "\nexit code: 0 nothing of the tenant is left, 1 something is, or a step failed")
    .action(async (id: string, args: string[], options: Options) => {
      try {
        process.exitCode = await offboard(id, args, options);
      } catch (error) {
        if (!TOLD.some((kind) => error instanceof kind)) throw error;
        const more = error instanceof NotEditable ? "; write state: leaving there and deploy, then take it out" : "";
        process.stderr.write(`${(error as Error).message}${more}\n`);
        process.exitCode = 1;
      }
    });
}

/** A step did not succeed. Those before it stand, and the command goes on from there when it is run again. */
class StepFailure extends Error {
  override readonly name = "StepFailure";
}

/** What the user can mend. */
const TOLD = [Unreachable, ConfigError, StepFailure, NotEditable, NotWritable];

async function offboard(id: string, args: readonly string[], options: Options): Promise<number> {
  const root = process.cwd();
  const file = new StackFile(root, options.stack);
  const estate = file.estate();
  const apart = estate.apart.find((one) => one.tenant.id === id);
  if (apart) throw new StepFailure(elsewhere(id, apart.stack, options.stack));
  const tenant = estate.tenants.find((one) => one.id === id);
  if (tenant) file.checkWithout(id);
  if (tenant && options.yes) checkWritable(recordOf(id, options));
  const { kubeconfig, context } = entranceTo(estate.platform, root);
  const api = await ClusterApi.connect(kubeconfig, context);
  try {
    const resident = (await residentsOn(api)).find((one) => one.id === id);
    const deploy = deployment(estate, root, args, options);
    if (!options.yes && tenant) return await announce(tenant, file, api);
    if (tenant) return tell(id, await goThrough(tenant, { file, api, options, deploy, resident }));
    if (options.yes && resident) await deploy();
    return tell(id, await residueOf(departed(id), api));
  } finally {
    api.close();
  }
}

/** Its cluster goes as a whole, by the stack that made it. */
function elsewhere(id: string, stack: string, parent: string): string {
  return `${id} has a cluster of its own: write state: leaving, npx bulkhead stacks --stack ${parent} --write, pulumi up and then pulumi destroy --stack ${stack}; then take it out of stack ${parent}`;
}

async function announce(tenant: Tenant, file: StackFile, api: ClusterApi): Promise<number> {
  const inventory = await inventories(tenant, api);
  const count = Object.values(inventory).flatMap((one) => Object.values(one).flat()).length;
  const steps = [
    ...(tenant.state === "leaving"
      ? []
      : [`write state: leaving (${file.placeOf(tenant.id)}) and deploy: no pod of ${tenant.id} starts any more`]),
    `record what it has: ${count} objects in ${tenant.namespaces.map(({ name }) => name).join(" and ")}`,
    `take it out (${file.placeOf(tenant.id)}) and deploy: its namespaces are deleted with everything in them`,
    "say what of it is still on the cluster",
  ];
  say(`Offboarding ${tenant.id} would`);
  for (const [index, step] of steps.entries()) say(`  ${index + 1}. ${step}`);
  say(`Nothing has been changed. npx bulkhead offboard ${tenant.id} --stack ${file.stack} --yes does it.`);
  return 0;
}

interface Offboarding {
  readonly file: StackFile;
  readonly api: ClusterApi;
  readonly options: Options;
  /** As the cluster knows the tenant; undefined where nothing of it was ever deployed. */
  readonly resident: Resident | undefined;
  /** Applies the stack file as it is now. */
  readonly deploy: () => Promise<void>;
}

/** What of the tenant is still there when all is done; the record says the same. */
async function goThrough(tenant: Tenant, { file, api, options, deploy, resident }: Offboarding): Promise<Residue[]> {
  const { id } = tenant;
  const record = resolve(recordOf(id, options));
  if (resident?.state === "staying") {
    say(`closing ${id}: no pod of it starts any more`);
    if (tenant.state !== "leaving") file.close(id);
    await deploy();
  }
  const evidence: Evidence = {
    tenant: id,
    stack: options.stack,
    cluster: api.server,
    recorded: new Date().toISOString(),
    spec: tenant,
    inventory: await inventories(tenant, api),
  };
  const keep = (all: Evidence) => replaceFile(record, `${JSON.stringify(all, replacer, 2)}\n`);
  keep(evidence);
  say(`recorded what it had: ${record}`);
  say(`removing ${id}`);
  file.remove(id);
  await deploy();
  const residue = await residueOf(departed(id, tenant), api);
  keep({ ...evidence, removed: new Date().toISOString(), residue });
  return residue;
}

function recordOf(id: string, { evidence = `offboarding-${id}.json` }: Options): string {
  return evidence;
}

/** Amounts are exact, and JSON has no such numbers. */
function replacer(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function inventories({ namespaces }: Tenant, api: ClusterApi): Promise<Record<string, Inventory>> {
  const names = namespaces.map(({ name }) => name);
  return inventoriesOf(api, names);
}

/** The exit code. */
function tell(id: string, residue: readonly Residue[]): number {
  if (residue.length === 0) {
    say(`✔ nothing of ${id} is left on the cluster`);
    return 0;
  }
  say(`✘ still on the cluster, for whoever owns it to decide about:`);
  for (const { object, reason } of residue) say(`  ${object}: ${reason}`);
  return 1;
}

function departed(id: string, tenant?: Tenant): Departed {
  const subjects = tenant ? actorsOf(tenant) : [];
  // Who acts for other tenants too is nobody's residue.
  const own = subjects.filter(({ sharedWith }) => sharedWith.length === 0);
  return {
    id,
    users: own.flatMap(({ user }) => user ?? []),
    groups: own.flatMap(({ group }) => group ?? []),
  };
}

/** The CLI is run as people run it, so that policies, hooks and locks are the same. */
function deployment(estate: Estate, root: string, args: readonly string[], { stack, pulumi }: Options) {
  const embedded = resolve(root, ".bulkhead/bin/pulumi");
  const isEmbedded = livesHere(estate.platform) && existsSync(embedded);
  const command = pulumi ?? (isEmbedded ? embedded : "pulumi");
  return async () => {
    const code = await run(command, ["up", "--yes", "--stack", stack, ...args]);
    if (code === 0) return;
    throw new StepFailure(`pulumi up failed; mend what it says, then run the same command again: it goes on from here`);
  };
}

/** On the control plane that `npm start` runs. */
function livesHere(platform: Platform): boolean {
  if (platform.kind !== "existing") return false;
  const { kubeconfig = EMBEDDED_KUBECONFIG, context } = platform;
  return kubeconfig === EMBEDDED_KUBECONFIG && context === undefined;
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", () => fail(new StepFailure(`${command} cannot be run; name the Pulumi CLI with --pulumi`)));
    child.on("close", (code) => done(code ?? 1));
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
