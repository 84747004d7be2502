import { expect } from "chai";
import { type Answer, type Ask, type ClusterApi, Unreachable } from "../../../components/cluster/api";
import { Scratch } from "../../../proof/attacks/scratch";
import { sceneOf } from "./scene";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const MINUTE = 60_000;

const ok = (status: number, body: object = {}): Answer => ({ status, body, warnings: [] });
const FORBIDDEN = ok(403, { kind: "Status", message: "pods is forbidden" });

interface Item {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string };
}

/** As much of an API server as scratch objects need: it keeps their names, and answers what it is told to. */
function server(there: readonly Item[], answer: (ask: Ask, path: string) => Answer | undefined = () => undefined) {
  const deleted: string[] = [];
  const api = {
    ask: async (path: string, ask: Ask = {}): Promise<Answer> => {
      const special = answer(ask, path);
      if (special) return special;
      if (ask.method === "POST") return ok(201);
      if (ask.method !== "DELETE") return ok(200, { items: path.includes("/pods") ? there : [] });
      deleted.push(path.split("?")[0] ?? "");
      return ok(200);
    },
  } as unknown as ClusterApi;
  return { deleted, scratch: new Scratch(api, () => NOW) };
}

const item = (name: string, age: number): Item => ({
  metadata: { name, creationTimestamp: new Date(NOW - age).toISOString() },
});

const scene = sceneOf("acme");
const OWN = "/api/v1/namespaces/acme/pods/isolation-proof-test-scratch";

describe("what a run makes for its own use", () => {
  it("is removed by its name, be it that nobody may list", async () => {
    const { deleted, scratch } = server([], ({ method = "GET" }) => (method === "GET" ? FORBIDDEN : undefined));
    await scratch.provide("pod", scene);
    expect(await scratch.clear([scene])).to.deep.equal([]);
    expect(deleted).to.deep.equal([OWN]);
  });

  it("is removed when a killed run left it half an hour ago, and not while another may need it", async () => {
    const { deleted, scratch } = server([
      item("isolation-proof-old", 31 * MINUTE),
      item("isolation-proof-new", MINUTE),
    ]);
    expect(await scratch.clear([scene])).to.deep.equal([]);
    expect(deleted).to.deep.equal(["/api/v1/namespaces/acme/pods/isolation-proof-old"]);
  });

  it("is named with the server's words when it cannot be removed", async () => {
    const { scratch } = server([], ({ method }) => (method === "DELETE" ? FORBIDDEN : undefined));
    await scratch.provide("pod", scene);
    expect(await scratch.clear([scene])).to.deep.equal(["pods acme/isolation-proof-test-scratch: pods is forbidden"]);
  });

  it("is named when the server went away, also when nobody knows whether it was made", async () => {
    const { scratch } = server([], () => {
      throw new Unreachable("no answer");
    });
    await scratch.provide("pod", scene).catch(() => {});
    expect(await scratch.clear([scene])).to.deep.equal([
      "pods acme/isolation-proof-test-scratch: the server went away",
    ]);
  });

  it("is nothing when nothing was needed, and then nothing is left", async () => {
    const { deleted, scratch } = server([]);
    expect(await scratch.clear([scene])).to.deep.equal([]);
    expect(deleted).to.deep.equal([]);
  });
});
