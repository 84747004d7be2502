import { type Engine, type EngineEvent, REPOSITORY, runPulumi } from "../engine";
import { compilePack, PACK } from "../policies/compile";
import { seenToItsEnd } from "./interruption";
import type { Detail } from "./steps";

/** How many resources were made, changed and so on, in the engine's own words. */
export type Changes = Readonly<Record<string, number>>;

export interface Deployment {
  readonly changes: Changes | undefined;
  /** In one line. */
  readonly told: string;
  /** What the CLI complained about; undefined when it succeeded. */
  readonly failure: string | undefined;
}

/** `pulumi up` of a stack, with its progress in one line and its complaints whole. */
export async function deploy(engine: Engine, stack: string, detail: Detail): Promise<Deployment> {
  compilePack();
  const unselected = await select(engine, stack);
  if (unselected !== undefined) return failed("the stack cannot be selected", unselected);
  const watch = new Watch(detail);
  const complaint = await change(engine, ["up", "--stack", stack, "--policy-pack", PACK], watch);
  if (complaint !== undefined) return failed("failed", complaint);
  return { changes: watch.changes, told: toldOf(watch.changes), failure: undefined };
}

/** Selects a stack, which is made where there is none; why that failed, or undefined. */
async function select(engine: Engine, stack: string): Promise<string | undefined> {
  const ask = () => runPulumi(engine, ["stack", "select", stack], { cwd: REPOSITORY });
  const first = await ask();
  if (first.code === 0) return undefined;
  const made = await runPulumi(engine, ["stack", "init", stack], { cwd: REPOSITORY });
  if (made.code !== 0) return `${first.stderr}${made.stderr}`;
  const { code, stderr } = await ask();
  return code === 0 ? undefined : stderr;
}

/** Takes a stack off the cluster, so that another can have it. @throws LeaveFailure when something of it stays. */
export async function leave(engine: Engine, stack: string, detail: Detail): Promise<void> {
  detail(`taking stack ${stack} off the cluster first`);
  const watch = new Watch((text) => detail(`leaving ${stack}: ${text}`));
  const complaint = await change(engine, ["destroy", "--stack", stack], watch);
  if (complaint === undefined) return;
  throw new LeaveFailure(
    `stack ${stack} is still on the cluster and could not be taken off it:\n${complaint}\nnpm run stop -- --wipe gives up both`,
  );
}

/** Runs a command that changes the cluster; why it failed, or undefined. */
async function change(engine: Engine, command: readonly string[], watch: Watch): Promise<string | undefined> {
  const args = [...command, "--yes", "--non-interactive"];
  const { result, interrupted } = await seenToItsEnd((signal) =>
    runPulumi(engine, args, { cwd: REPOSITORY, onEvent: watch.see, signal }),
  );
  const { code, stdout, stderr } = result;
  if (code === 0) return undefined;
  if (interrupted) return "interrupted; npm start goes on from here";
  if (code === KILLED) return `pulumi ${command[0]} was killed; npm start takes up what it has left behind`;
  return watch.complaints() || stderr.trim() || stdout.trim().split("\n").slice(-LINES).join("\n");
}

/** Exit code of a CLI that was killed. */
const KILLED = 137;

/** Last lines of a CLI that failed without a word about why. */
const LINES = 20;

/** The cluster is not free for another stack. The message is for the user. */
export class LeaveFailure extends Error {
  override readonly name = "LeaveFailure";
}

function failed(told: string, text: string): Deployment {
  return { changes: undefined, told, failure: text.trim() };
}

function toldOf(changes: Changes | undefined): string {
  const counts = Object.entries(changes ?? {}).filter(([, count]) => count > 0);
  return counts.map(([operation, count]) => `${count} ${PAST[operation] ?? operation}`).join(", ");
}

const PAST: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  same: "unchanged",
  replace: "replaced",
};

/** What an engine's events amount to while they come in. */
class Watch {
  changes: Changes | undefined;
  private readonly diagnostics: string[] = [];
  private finished = 0;
  /** A command looks first at what it is going to do, and counts that by itself. */
  private stage: "looked at" | "done" = "looked at";

  constructor(private readonly detail: Detail) {}

  readonly see = (event: EngineEvent): void => {
    const { diagnosticEvent, policyEvent, resOutputsEvent, summaryEvent } = event;
    if (resOutputsEvent) {
      this.finished += 1;
      this.detail(`${this.finished} resources ${this.stage}, ${nameOf(resOutputsEvent.metadata.urn)}`);
    }
    if (summaryEvent) {
      this.finished = 0;
      this.stage = "done";
      this.changes = summaryEvent.resourceChanges as Changes;
    }
    if (diagnosticEvent?.severity === "error") this.diagnostics.push(withoutMarkup(diagnosticEvent.message));
    if (policyEvent?.enforcementLevel === "mandatory") {
      this.diagnostics.push(`[${policyEvent.policyName}] ${withoutMarkup(policyEvent.message)}`);
    }
  };

  complaints(): string {
    const texts = [...new Set(this.diagnostics.map((text) => text.trim()))];
    const causes = texts.filter((text) => !GIVEN_UP.test(text));
    return (causes.length > 0 ? causes : texts).join("\n");
  }
}

/** What the engine says of everything that it does not finish because of another failure. */
const GIVEN_UP = /context cancell?ed$/;

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The engine marks colours up as <{%fg 1%}>. */
function withoutMarkup(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}
