import { setTimeout as pause } from "node:timers/promises";
import type { Store } from "./store";

export type OperationName = "create" | "update" | "delete";

/**
 * throttle: the API says no for now, and the plugin asks again, as the real provider does. role-not-ready: the same,
 * because a role is not known everywhere yet. fail: nothing has happened. half: it exists and is broken. timeout: it
 * has happened, and whoever waited for it gave up.
 */
const FAULTS = ["throttle", "role-not-ready", "fail", "half", "timeout"] as const;

interface Fault {
  /** Token, as aws:eks/nodeGroup:NodeGroup, or its last part; `*` strikes every resource, each counted by itself. */
  readonly type: string;
  readonly operation: OperationName;
  readonly fault: (typeof FAULTS)[number];
  /** The first call that it strikes, counted over all runs. Unset: 1. */
  readonly nth?: number;
  /** How many calls in a row it strikes. Unset: 1. */
  readonly times?: number;
}

/** Whose call may be struck. */
export interface Target {
  readonly token: string;
  readonly urn: string;
}

/** Faults on demand: BULKHEAD_AWS_FAULTS, a list in JSON. They are counted in the store, so that they end. */
export class Faults {
  private readonly faults: readonly Fault[];
  private readonly delay: number;

  constructor(
    private readonly store: Store,
    environment: NodeJS.ProcessEnv,
  ) {
    this.faults = parsed(environment.BULKHEAD_AWS_FAULTS || "[]");
    this.delay = Number(environment.BULKHEAD_AWS_DELAY_MS || 0);
  }

  /** Waits as long as every call takes, and as long as the API asks to; then what is to go wrong, if anything. */
  async strike(target: Target, operation: OperationName): Promise<"fail" | "half" | "timeout" | undefined> {
    for (;;) {
      if (this.delay > 0) await pause(this.delay);
      const struck = await this.next(target, operation);
      if (struck !== "throttle" && struck !== "role-not-ready") return struck;
      await pause(RETRY);
    }
  }

  private async next({ token, urn }: Target, operation: OperationName): Promise<Fault["fault"] | undefined> {
    const matching = this.faults.filter((fault) => fault.operation === operation && names(fault.type, token));
    if (matching.length === 0) return undefined;
    return this.store.change((cloud) => {
      const struck = matching.filter((fault) => {
        const key = JSON.stringify(fault.type === EVERY ? { ...fault, urn } : fault);
        const count = (cloud.faults[key] ?? 0) + 1;
        cloud.faults[key] = count;
        const first = fault.nth ?? 1;
        return count >= first && count < first + (fault.times ?? 1);
      });
      return struck[0]?.fault;
    });
  }
}

/** Milliseconds between two tries of the plugin; the real provider waits longer, and longer each time. */
const RETRY = 50;

const EVERY = "*";

function names(type: string, token: string): boolean {
  return type === EVERY || token === type || token.endsWith(`:${type}`);
}

function parsed(text: string): Fault[] {
  const faults = JSON.parse(text) as Fault[];
  for (const { fault, operation } of faults) {
    if (!FAULTS.includes(fault))
      throw new Error(`BULKHEAD_AWS_FAULTS: there is no fault ${fault} (${FAULTS.join(", ")})`);
    if (!["create", "update", "delete"].includes(operation)) {
      throw new Error(`BULKHEAD_AWS_FAULTS: there is no operation ${operation} (create, update, delete)`);
    }
  }
  return faults;
}
