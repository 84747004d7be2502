import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ApiClient } from "../../../../tools/standin/kubernetes/client";
import { Unreachable } from "../../../../tools/standin/kubernetes/connection";
import { Throttle } from "../../../../tools/standin/kubernetes/throttle";

describe("the provider's HTTP client", () => {
  let server: Server;
  let answers: RequestListener[];
  let seen: string[];

  beforeEach(async () => {
    answers = [];
    seen = [];
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const answer = answers.shift();
      if (answer) answer(request, response);
      else response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = (settings = {}) => {
    const { port } = server.address() as AddressInfo;
    const authority = { server: new URL(`http://127.0.0.1:${port}`), tls: async () => ({}), headers: async () => ({}) };
    return new ApiClient(authority, { qps: 0, burst: 0, timeout: 0, ...settings });
  };
  const busy: RequestListener = (_, response) => response.writeHead(429, { "retry-after": "0" }).end("busy");
  const hangUp: RequestListener = (request) => request.socket.destroy();

  it("asks again when the server is too busy, also to create", async () => {
    answers = [busy, busy];
    expect((await client().send({ method: "POST", path: "/x", body: {} })).status).to.equal(200);
    expect(seen).to.deep.equal(["POST /x", "POST /x", "POST /x"]);
  });

  it("asks again when the connection is lost, but never to create twice", async () => {
    answers = [hangUp];
    expect((await client().send({ method: "PATCH", path: "/x", body: {} })).status).to.equal(200);
    answers = [hangUp];
    const failure = await client()
      .send({ method: "POST", path: "/x", body: {} })
      .catch((error) => error);
    expect(failure).to.be.instanceOf(Error).with.property("message").that.includes("socket hang up");
    expect(seen).to.deep.equal(["PATCH /x", "PATCH /x", "POST /x"]);
  });

  it("creates again when an idle connection had been closed before the server saw anything", async () => {
    const kept = client();
    await kept.send({ method: "GET", path: "/warm" });
    answers = [hangUp];
    expect((await kept.send({ method: "POST", path: "/x", body: {} })).status).to.equal(200);
  });

  it("keeps its connections", async () => {
    const kept = client();
    let connections = 0;
    server.on("connection", () => {
      connections += 1;
    });
    for (let turn = 0; turn < 5; turn++) await kept.send({ method: "GET", path: "/x" });
    expect(connections).to.equal(1);
  });

  it("says that nobody is there", async () => {
    const lonely = client();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    const failure = await lonely.send({ method: "GET", path: "/x" }).catch((error) => error);
    expect(failure).to.be.instanceOf(Unreachable).with.property("message").that.includes("ECONNREFUSED");
  });

  it("gives up on a server that does not answer in time", async () => {
    answers = [() => undefined];
    const failure = await client({ timeout: 30 })
      .send({ method: "GET", path: "/x" })
      .catch((error) => error);
    expect(failure).to.be.instanceOf(Error).with.property("message").that.includes("request timed out");
  });

  it("follows a stream of events across the borders of its chunks", async () => {
    answers = [
      (_, response) => {
        response.write('{"type":"ADDED","object":{"n":1}}\n{"type":"MODI');
        setTimeout(() => response.write('FIED","object":{"n":2}}\n'), 20);
      },
    ];
    const events: unknown[] = [];
    const stop = new AbortController();
    await client().watch(
      { method: "GET", path: "/x" },
      (event) => (events.push(event) < 2 ? "go on" : "stop"),
      stop.signal,
    );
    expect(events).to.deep.equal([
      { type: "ADDED", object: { n: 1 } },
      { type: "MODIFIED", object: { n: 2 } },
    ]);
    expect(seen).to.deep.equal(["GET /x?watch=true"]);
  });

  it("ends a stream that nothing comes from when it is told to", async () => {
    answers = [(_, response) => response.writeHead(200).flushHeaders()];
    const stop = AbortSignal.timeout(30);
    await client().watch({ method: "GET", path: "/x" }, () => "go on", stop);
  });
});

describe("the provider's throttle", () => {
  it("lets a burst through at once and then so many a second", async () => {
    const throttle = new Throttle(100, 5);
    const begin = performance.now();
    const times = await Promise.all(
      Array.from({ length: 15 }, async () => {
        await throttle.pass();
        return performance.now() - begin;
      }),
    );
    expect(times[4]).to.be.lessThan(50);
    expect(times[14]).to.be.within(95, 400);
  });

  it("knows no limit when the rate is not positive", async () => {
    const throttle = new Throttle(-1, 0);
    const begin = performance.now();
    for (let turn = 0; turn < 1000; turn++) await throttle.pass();
    expect(performance.now() - begin).to.be.lessThan(500);
  });
});
