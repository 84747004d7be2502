import { textAt } from "../plugin/fields";
import type { PropertyMap } from "../plugin/properties";
import { annotated, annotation, timeoutOf } from "./annotations";
import type { Cluster } from "./cluster";
import { PartialError, StatusError } from "./errors";
import { type KubeObject, nameOf } from "./objects";
import type { Operation } from "./operation";
import { type Judge, type Readiness, readinessOf } from "./readiness";
import { judgeOf } from "./wait-for";

const UNSET = 10 * 60 * 1000;

/** Between the end of one stream of events and the next look, in milliseconds. */
const PAUSE = 500;

/** Waits until an object that was just written is ready, by the measure of its kind; most kinds are at once. */
export async function awaitReady(
  written: KubeObject,
  inputs: PropertyMap,
  { urn, timeout }: Operation,
  cluster: Cluster,
): Promise<KubeObject> {
  const waitFor = annotation(inputs, "waitFor");
  const judge: Judge | undefined = waitFor ? { read: judgeOf(waitFor) } : await readinessOf(written, cluster);
  if (!judge || annotated(inputs, "skipAwait")) return written;
  const limit = timeoutOf(timeout, inputs, judge.limit ?? UNSET);
  let last: Readiness = judge.read(written);
  const live = await followed(written, limit, cluster, (object) => {
    last = object ? judge.read(object) : { failed: "it was deleted while it was being awaited" };
    if ("waiting" in last) cluster.log.status(last.waiting, urn);
    return !("waiting" in last);
  });
  cluster.log.status("", urn);
  if ("ready" in last) return live.object;
  if ("failed" in last) throw new PartialError(last.failed, [last.failed], live.object);
  const message = live.cancelled
    ? `Resource operation was cancelled for "${nameOf(written)}"`
    : `'${nameOf(written)}' timed out waiting to be Ready`;
  throw new PartialError(message, [last.waiting], live.object);
}

export interface Followed {
  /** As it was seen last. */
  object: KubeObject;
  gone: boolean;
  cancelled: boolean;
}

/**
 * Looks at an object and at each later version of it, until `enough` says so, the object is gone, or time is up.
 * `enough` sees undefined when the object is gone.
 */
export async function followed(
  start: KubeObject,
  limit: number,
  cluster: Cluster,
  enough: (object: KubeObject | undefined) => boolean,
): Promise<Followed> {
  const deadline = AbortSignal.timeout(limit);
  const signal = AbortSignal.any([deadline, cluster.cancelled]);
  let object = start;
  let done = enough(start);
  let gone = false;
  const uid = textAt(start, "metadata", "uid");
  const see = (seen: KubeObject | undefined) => {
    gone = !seen;
    if (seen) object = seen;
    done = enough(seen) || gone;
  };
  const follow = async () => {
    const version = textAt(object, "metadata", "resourceVersion");
    await cluster.watch(
      start,
      version,
      ({ type, object: seen }) => {
        if (type === "ERROR") return "stop";
        if (type !== "BOOKMARK") see(type === "DELETED" ? undefined : (seen as KubeObject));
        return done ? "stop" : "go on";
      },
      signal,
    );
  };
  while (!done && !signal.aborted) {
    await follow().catch(unlessRefused);
    if (done || signal.aborted) break;
    // The stream ended before we had seen enough: it may have missed something, so look again.
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    await current(start, uid, cluster).then(see, unlessRefused);
  }
  return { object, gone, cancelled: cluster.cancelled.aborted };
}

/** A server that is away for a moment is waited for like the object; one that refuses is not. */
function unlessRefused(error: unknown): void {
  if (error instanceof StatusError) throw error;
}

/** Undefined: gone, or another object of that name has taken its place. */
async function current(object: KubeObject, uid: string, cluster: Cluster): Promise<KubeObject | undefined> {
  try {
    const live = await cluster.get(object);
    return textAt(live, "metadata", "uid") === uid ? live : undefined;
  } catch (error) {
    if (error instanceof StatusError && error.notFound) return undefined;
    throw error;
  }
}
