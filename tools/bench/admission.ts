import Table from "cli-table3";
import { type ClusterApi, messageOf } from "../../components/cluster/api";
import { FREE, GUARDED, onGuardedStage, pod } from "./stage";

const PAIRS = 400;
const WARM_UP = 60;
/** What the guardrails add to the making of a pod, each with and without in turns. */
export async function benchAdmission(): Promise<void> {
  await onGuardedStage(async (api, { policies, mutations }) => {
    console.log(`${policies.length} policies, ${mutations.length} mutations; ${PAIRS} pods each`);
    console.log(table(await pairs(api)));
  });
}

interface Times {
  readonly free: readonly number[];
  readonly guarded: readonly number[];
}

async function pairs(api: ClusterApi): Promise<Times> {
  for (let round = 0; round < WARM_UP; round++) await Promise.all([GUARDED, FREE].map((name) => timed(api, name)));
  const free: number[] = [];
  const guarded: number[] = [];
  for (let round = 0; round < PAIRS; round++) {
    // In turns, so that neither is always the one that pays for the other.
    if (round % 2 === 0) free.push(await timed(api, FREE));
    guarded.push(await timed(api, GUARDED));
    if (round % 2 === 1) free.push(await timed(api, FREE));
  }
  return { free, guarded };
}

/** Milliseconds until a pod is made. Its removal is waited for, and not counted. */
async function timed(api: ClusterApi, namespace: string): Promise<number> {
  const start = performance.now();
  const answer = await api.ask(`/api/v1/namespaces/${namespace}/pods`, { method: "POST", body: pod() });
  const taken = performance.now() - start;
  if (answer.status !== 201) throw new Error(`${namespace}: ${messageOf(answer)}`);
  const { name } = (answer.body as { metadata: { name: string } }).metadata;
  await api.ask(`/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`, { method: "DELETE" });
  return taken;
}

function table({ free, guarded }: Times): string {
  const sheet = new Table({
    head: ["", "without", "with", "added", "ratio"],
    style: { head: [], border: [] },
  });
  for (const [what, share] of [
    ["median", 0.5],
    ["99 of 100", 0.99],
  ] as const) {
    const [without, with_] = [quantile(free, share), quantile(guarded, share)];
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    sheet.push([what, ms(without), ms(with_), ms(with_ - without), (with_ / without).toFixed(2)]);
  }
  return sheet.toString();
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
