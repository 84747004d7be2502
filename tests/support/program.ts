import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster/inspect";
import { existingSite, type Site, siteOf } from "../../components/cluster/site";
import { liveRuntimes } from "../../components/runtime/handlers";
import type { Asked } from "../../components/stacks/plan";
import { parseEstate } from "../../config/estate";
import { readEngineConfig } from "../../config/read";
import type { EksPlatform, ExistingPlatform, Platform } from "../../config/schema";
import { ADDED_BY_AWS } from "./eks";
import { type Answers, type Phase, RecordingEngine, type RegisteredResource } from "./engine";
import { ROOT, type StackValues } from "./estate";
import { nodesFor } from "./nodes";

// The program turns stack traces off for the whole process; a failing test wants its own.
const traces = Error.stackTraceLimit;
import program = require("../../index");

Error.stackTraceLimit = traces;

export type { Phase, RegisteredResource } from "./engine";

export interface RegisteredProgram {
  /** In the order of registration. */
  readonly resources: readonly RegisteredResource[];
  /** Whole names of the stacks that it refers to. */
  readonly references: readonly string[];
  /** What the stack exports; undefined where the program failed. */
  readonly outputs: unknown;
  /** What the program threw. */
  readonly failure?: Error;
}

export interface ProgramOptions {
  /** Unset: an update. */
  readonly phase?: Phase;
  /** Unset: dev. */
  readonly stack?: string;
  /** Folder of the stack file. Unset: the repository. */
  readonly root?: string;
  /** What the cluster answers. Unset: Kubernetes 1.36 and all the nodes that the estate wants. */
  readonly facts?: Partial<ClusterFacts>;
  /** What providers add to the inputs, by type. Unset: what AWS adds for a cluster. */
  readonly added?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What stacks have exported, by their whole names. Unset: there is no other stack, and this one is new. */
  readonly exported?: Readonly<Record<string, Asked>>;
  /** What AWS answers when it is asked about the account. Unset: nobody asks it. */
  readonly answers?: Answers;
  /** In place of facts: why the cluster cannot be reached. */
  readonly unreachable?: Error;
}

/** The credential in the kubeconfig of every run. */
export const TOKEN = "token-of-the-administrator";

/** Runs the whole program against a recording engine, with nothing of this machine or of another run in it. */
export async function registeredProgram(values: StackValues, options: ProgramOptions = {}): Promise<RegisteredProgram> {
  const ran = await programRun(values, options);
  if (ran.failure) throw ran.failure;
  return ran;
}

/** The same for a program that fails: what it had registered by then, and what it threw. */
export async function programRun(values: StackValues, options: ProgramOptions = {}): Promise<RegisteredProgram> {
  const { phase = "update", stack = "dev", root = ROOT, added = ADDED_BY_AWS, exported = {}, answers } = options;
  return withLocalStorage(async () => {
    const engine = await withEngine(new RecordingEngine("bulkhead", stack, phase, added, answers), stack, phase);
    Object.assign(getStore().settings.options, { rootDirectory: root, organization: "organization" });
    pulumi.runtime.setAllConfig(engineConfig(values));
    let failure: Error | undefined;
    // Caught inside the stack, or the stack's own promises would be rejections that nobody handles.
    const outputs: unknown = await pulumi.runtime.runInPulumiStack(() =>
      program(answers ? siteOf : inspector(options), async (name) => exported[name] ?? unknown(name)).catch((error) => {
        failure = error;
      }),
    );
    await waitForRPCs();
    return { resources: engine.resources, references: engine.references, outputs, ...(failure ? { failure } : {}) };
  });
}

/** As the engine says it. */
function unknown(name: string): Asked {
  return { fault: `unknown stack "${name}"` };
}

async function withEngine(engine: RecordingEngine, stack: string, phase: Phase): Promise<RecordingEngine> {
  setMockOptions(engine, "bulkhead", stack, phase === "preview");
  await awaitFeatureSupport();
  return engine;
}

/** What a part of the program registers when it is run by itself, with what providers add to the inputs, by type. */
export async function registeredBy(
  run: () => void,
  added: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<readonly RegisteredResource[]> {
  return (await askedBy(async () => run(), { added, answers: {} })).resources;
}

/** The same for a part that asks providers first. Rejects with what the part threw. */
export async function askedBy(
  run: () => Promise<void>,
  { added, answers }: { added: Readonly<Record<string, Readonly<Record<string, unknown>>>>; answers: Answers },
): Promise<Pick<RecordingEngine, "resources" | "questions">> {
  return withLocalStorage(async () => {
    const engine = await withEngine(new RecordingEngine("bulkhead", "dev", "update", added, answers), "dev", "update");
    let failure: unknown;
    await pulumi.runtime.runInPulumiStack(() =>
      run().catch((error) => {
        failure = error;
      }),
    );
    await waitForRPCs();
    if (failure) throw failure;
    return engine;
  });
}

function inspector({ facts, unreachable }: ProgramOptions) {
  return (platform: Platform, root: string): Promise<Site> => {
    if (unreachable) return Promise.reject(unreachable);
    // What AWS would have to be asked is another test's.
    if (platform.kind === "eks") return Promise.resolve(unbornSite(platform));
    const estate = parseEstate(readEngineConfig(root, pulumi.getStack(), pulumi.runtime.allConfig()));
    const { context, clusterIdentifier }: Partial<ExistingPlatform> = platform.kind === "existing" ? platform : {};
    const nodes = facts?.nodes ?? nodesFor(estate);
    const site = existingSite(clusterIdentifier, {
      kubeconfig: `apiVersion: v1\nkind: Config\nusers: [{ name: admin, user: { token: ${TOKEN} } }]\n`,
      context: context ?? "bulkhead-embedded",
      uid: "0b6c7c2e-5f0f-4d0c-9f2e-4a1c1d9a8b7e",
      minor: "1.36",
      nodes,
      runtimes: liveRuntimes(nodes, new Map()),
      residents: [],
      mutatingPolicies: "v1",
      deployer: { username: "bulkhead-admin", groups: ["system:masters", "system:authenticated"] },
      owner: undefined,
      ...facts,
    });
    return Promise.resolve(site);
  };
}

/** A cluster that is still to be made, in an account that nobody asked. */
function unbornSite(platform: EksPlatform): Site {
  const { Provider: AwsProvider } = require("@pulumi/aws/provider") as typeof import("@pulumi/aws/provider");
  const { EksCluster } =
    require("../../components/cluster/eks/cluster") as typeof import("../../components/cluster/eks/cluster");
  const account = { partition: "aws", account: "111122223333", region: platform.region };
  return {
    name: platform.name,
    facts: undefined,
    problems: [],
    construct: (plan) => {
      const aws = new AwsProvider("aws", { region: account.region });
      return new EksCluster("cluster", { ...plan, platform, account }, { providers: { aws } });
    },
  };
}

/** The engine hands maps and lists to a program as JSON, and texts as they are. */
function engineConfig(values: StackValues): Record<string, string> {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`bulkhead:${key}`, text(value)]));
}

/** How the runtime is given an engine, and waits for it; outside its public types. */
interface RuntimeInternals {
  setMockOptions(engine: RecordingEngine, project: string, stack: string, preview: boolean): void;
  awaitFeatureSupport(): Promise<void>;
  waitForRPCs(): Promise<void>;
  withLocalStorage<T>(run: () => T): T;
  getStore(): { settings: { options: { rootDirectory: string; organization: string } } };
}
const { setMockOptions, awaitFeatureSupport, waitForRPCs, withLocalStorage, getStore }: RuntimeInternals = {
  ...require("@pulumi/pulumi/runtime/settings"),
  ...require("@pulumi/pulumi/runtime/state"),
};
