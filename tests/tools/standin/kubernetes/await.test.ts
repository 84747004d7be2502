import { expect } from "chai";
import { followed } from "../../../../tools/standin/kubernetes/await";
import type { Cluster } from "../../../../tools/standin/kubernetes/cluster";
import { StatusError } from "../../../../tools/standin/kubernetes/errors";
import type { KubeObject } from "../../../../tools/standin/kubernetes/objects";

const object = (phase: string, uid = "1"): KubeObject => ({ apiVersion: "v1", kind: "X", metadata: { uid }, phase });
const done = (seen: KubeObject | undefined) => seen?.phase === "done";

type Watch = Parameters<Cluster["watch"]>[2];
interface Behaviour {
  /** What each stream of events does, one after the other; none left: it stays silent. */
  streams?: ((onEvent: Watch) => void)[];
  get?: () => KubeObject;
  cancelled?: AbortSignal;
}

/** An API server for one object. */
const cluster = ({ streams = [], get = () => object("busy"), cancelled }: Behaviour): Cluster => {
  const watch: Cluster["watch"] = async (_, __, onEvent, signal) => {
    const stream = streams.shift();
    if (stream) stream(onEvent);
    else if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  return { watch, get: async () => get(), cancelled: cancelled ?? new AbortController().signal } as unknown as Cluster;
};
const gone = () => {
  throw new StatusError({ status: 404, body: {} });
};
const lost = () => {
  throw new Error("socket hang up");
};

describe("following an object", () => {
  it("ends with the first version that is enough, even the one it starts with", async () => {
    expect(await followed(object("done"), 1000, cluster({}), done)).to.deep.include({
      object: object("done"),
      gone: false,
    });
    const events: ((onEvent: Watch) => void)[] = [
      (onEvent) => {
        expect(onEvent({ type: "MODIFIED", object: object("busy") })).to.equal("go on");
        expect(onEvent({ type: "MODIFIED", object: object("done") })).to.equal("stop");
      },
    ];
    expect((await followed(object("busy"), 1000, cluster({ streams: events }), done)).object.phase).to.equal("done");
  });

  it("looks again when a stream ends early or breaks off", async () => {
    const answers = [object("busy"), object("done")];
    const behaviour = { streams: [() => undefined, lost], get: () => answers.shift() ?? object("never") };
    expect((await followed(object("busy"), 5000, cluster(behaviour), done)).object.phase).to.equal("done");
  });

  it("goes on while the server is away, and fails when it refuses", async () => {
    let turns = 0;
    const get = () => {
      turns += 1;
      return turns === 1 ? lost() : object("done");
    };
    const behaviour = { streams: [lost, lost], get };
    expect((await followed(object("busy"), 5000, cluster(behaviour), done)).object.phase).to.equal("done");
    const refuse = () => {
      throw new StatusError({ status: 403, body: { message: "no" } });
    };
    const failure = await followed(object("busy"), 5000, cluster({ streams: [refuse] }), done).catch((error) => error);
    expect(failure.message).to.equal("no");
  });

  it("sees that the object is gone, or that another one has its name", async () => {
    const deleted = [(onEvent: Watch) => void onEvent({ type: "DELETED", object: object("busy") })];
    expect((await followed(object("busy"), 1000, cluster({ streams: deleted }), done)).gone).to.equal(true);
    expect((await followed(object("busy"), 5000, cluster({ streams: [lost], get: gone }), done)).gone).to.equal(true);
    const another = { streams: [lost], get: () => object("busy", "2") };
    expect((await followed(object("busy"), 5000, cluster(another), done)).gone).to.equal(true);
  });

  it("ends when time is up, and when the user interrupts", async () => {
    const late = await followed(object("busy"), 20, cluster({}), done);
    expect(late).to.deep.equal({ object: object("busy"), gone: false, cancelled: false });
    const interrupted = await followed(object("busy"), 60_000, cluster({ cancelled: AbortSignal.timeout(20) }), done);
    expect(interrupted.cancelled).to.equal(true);
  });
});
