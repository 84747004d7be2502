import type { ClusterApi } from "../../../components/cluster/api";

/** One state of an object, as the API server told it. */
export interface Moment<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
  /** Counts every change in the cluster, so that states of different objects have an order, too. */
  readonly revision: number;
}

interface Versioned {
  readonly metadata?: { readonly resourceVersion?: string };
}

/** Seconds of one stream of events; the next one begins where it ended, so nothing is missed in between. */
const STREAM_SECONDS = 3;

/** Everything that ever was of one collection since `begin`: a look now and then would miss what came and went. */
export class History<T extends Versioned> {
  readonly moments: Moment<T>[] = [];
  private over = false;
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: ClusterApi,
    private readonly path: string,
  ) {}

  async begin(): Promise<void> {
    const { metadata } = await this.api.get<Versioned>(`${this.path}?limit=1`);
    this.following = this.follow(metadata?.resourceVersion ?? "");
    // Whoever never asks how it ended need not hear of it.
    this.following.catch(() => undefined);
  }

  /** All moments, up to the end of the stream that is open now. */
  async end(): Promise<readonly Moment<T>[]> {
    this.over = true;
    await this.following;
    return this.moments;
  }

  private async follow(from: string): Promise<void> {
    for (let version = from; !this.over; ) {
      const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${STREAM_SECONDS}&resourceVersion=${version}`;
      const { status, body } = await this.api.ask(`${this.path}?${query}`);
      if (status !== 200) throw new Error(`the API server answers ${status} to a watch of ${this.path}`);
      for (const { type, object } of eventsIn(body)) {
        const { resourceVersion = version } = (object as T).metadata ?? {};
        version = resourceVersion;
        if (type === "ERROR") throw new Error(`the watch of ${this.path} has missed something`);
        if (type !== "BOOKMARK")
          this.moments.push({ type: type as Moment<T>["type"], object: object as T, revision: Number(version) });
      }
    }
  }
}

/** One JSON document a line; a stream of one line has been parsed already. */
function eventsIn(body: unknown): { type: string; object: unknown }[] {
  if (typeof body !== "string") return [body as { type: string; object: unknown }];
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
