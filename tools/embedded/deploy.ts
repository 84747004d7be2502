import { type Engine, type EngineEvent, REPOSITORY, runPulumi } from "../engine";
import { buildPack, PACK } from "./pack";
import { withSalt } from "./salt";
import { vacate } from "./stack";
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
  await buildPack();
  withSalt(stack);
  const selected = await runPulumi(engine, ["stack", "select", "--create", stack], { cwd: REPOSITORY });
  if (selected.code !== 0) return failed(`the stack cannot be selected`, selected.stderr);
  const watch = new Watch(detail);
  const args = ["up", "--yes", "--non-interactive", "--stack", stack, "--policy-pack", PACK];
  const { code, stdout, stderr } = await runPulumi(engine, args, { cwd: REPOSITORY, onEvent: watch.see });
  if (code !== 0) return failed("failed", watch.complaints() || stderr.trim() || stdout);
  return { changes: watch.changes, told: toldOf(watch.changes), failure: undefined };
}

/** Takes a stack off the cluster, so that another can have it. @throws Error when something of it cannot be removed. */
export async function leave(engine: Engine, stack: string, detail: Detail): Promise<void> {
  detail(`taking stack ${stack} off the cluster first`);
  const watch = new Watch((text) => detail(`leaving ${stack}: ${text}`));
  const args = ["destroy", "--yes", "--non-interactive", "--stack", stack];
  const { code, stderr } = await runPulumi(engine, args, { cwd: REPOSITORY, onEvent: watch.see });
  if (code === 0) return vacate(engine.folder);
  throw new LeaveFailure(
    `stack ${stack} is still on the cluster and could not be taken off it:\n${watch.complaints() || stderr}\nnpm run stop -- --wipe gives up both`,
  );
}

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

  constructor(private readonly detail: Detail) {}

  readonly see = (event: EngineEvent): void => {
    const { diagnosticEvent, policyEvent, resOutputsEvent, summaryEvent } = event;
    if (resOutputsEvent) {
      this.finished += 1;
      this.detail(`${this.finished} resources, ${nameOf(resOutputsEvent.metadata.urn)}`);
    }
    if (summaryEvent) {
      this.finished = 0;
      this.changes = summaryEvent.resourceChanges as Changes;
    }
    if (diagnosticEvent?.severity === "error") this.diagnostics.push(withoutMarkup(diagnosticEvent.message));
    if (policyEvent?.enforcementLevel === "mandatory") {
      this.diagnostics.push(`[${policyEvent.policyName}] ${withoutMarkup(policyEvent.message)}`);
    }
  };

  complaints(): string {
    return [...new Set(this.diagnostics.map((text) => text.trim()))].join("\n");
  }
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The engine marks colours up as <{%fg 1%}>. */
function withoutMarkup(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}
