import { existsSync, readFileSync } from "node:fs";
import type { Thing } from "../../../tools/standin/aws/store";
import type { Checkout } from "./checkout";

interface Content {
  readonly things: readonly Thing[];
  /** How many calls each injected fault has seen, by the fault as JSON. */
  readonly faults: Readonly<Record<string, number>>;
}

/** The stand-in of AWS as a checkout's deployments have left it. */
export function cloudOf(checkout: Checkout): Content {
  const file = checkout.path(".bulkhead/cloud/aws.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Content) : { things: [], faults: {} };
}

interface State {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly initErrors?: readonly string[];
}

/** What the engine knows of a stack. */
export async function stateOf(checkout: Checkout, stack: string) {
  const { code, stdout, output } = await checkout.pulumi("stack", "export", "--stack", stack);
  if (code !== 0) throw new Error(output);
  const { deployment } = JSON.parse(stdout) as {
    deployment: { resources?: readonly State[]; pending_operations?: readonly object[] };
  };
  return { resources: deployment.resources ?? [], pending: deployment.pending_operations ?? [] };
}

/** How many injected faults have struck. */
export function strikesIn({ faults }: Content): number {
  const struck = Object.entries(faults).map(([key, calls]) => {
    const { nth = 1, times = 1 } = JSON.parse(key) as { nth?: number; times?: number };
    return Math.min(Math.max(calls - nth + 1, 0), times);
  });
  return struck.reduce((sum, strikes) => sum + strikes, 0);
}
