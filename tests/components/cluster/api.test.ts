import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ClusterApi, messageOf, readKubeconfig, Unreachable, warningsIn } from "../../../components/cluster/api";
import { entranceTo } from "../../../components/cluster/inspect";
import { existing } from "../../../config/schema";

function kubeconfig(cluster: object, user: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server: "https://127.0.0.1:1", ...cluster } }],
    users: [{ name: "admin", user }],
    contexts: [
      { name: "first", context: { cluster: "one", user: "admin" } },
      { name: "second", context: { cluster: "one", user: "admin" } },
    ],
    "current-context": "first",
  });
}

/** The message of the refusal; anything but Unreachable is not for users and fails the test. */
async function unreachable(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    expect(error).to.be.instanceOf(Unreachable);
    return (error as Error).message;
  }
  throw new Error("was reached");
}

describe("the way to a cluster", () => {
  it("is the current context, or the one that is asked for", async () => {
    expect((await ClusterApi.connect(kubeconfig({}))).context).to.equal("first");
    expect((await ClusterApi.connect(kubeconfig({}), "second")).context).to.equal("second");
  });

  it("is not there without the context that is asked for", async () => {
    expect(await unreachable(() => ClusterApi.connect(kubeconfig({}), "third"))).to.equal(
      'the kubeconfig has no context "third"; it has "first", "second"',
    );
  });

  it("is not there without a current context", async () => {
    const text = kubeconfig({}).replace('"current-context":"first"', '"current-context":""');
    expect(await unreachable(() => ClusterApi.connect(text))).to.equal(
      'the kubeconfig has no current context; choose one of "first", "second" with platform.context',
    );
  });

  it("is not there when the kubeconfig is not YAML, and one line says so", async () => {
    for (const text of ["{ clusters: [\n  one\n", ""]) {
      expect(await unreachable(() => ClusterApi.connect(text)))
        .to.match(/^the kubeconfig cannot be read: /)
        .and.not.include("\n");
    }
  });

  for (const [what, text] of Object.entries({
    "is an empty map": "{}",
    "is a list": "[]",
    "is a text": "certificate",
  })) {
    it(`is not there when the kubeconfig ${what}`, async () => {
      expect(await unreachable(() => ClusterApi.connect(text))).to.equal("the kubeconfig has no contexts");
    });
  }

  it("is not there when its credentials are not", async () => {
    const text = kubeconfig({}, { "client-certificate": "/nowhere/client.crt", "client-key": "/nowhere/client.key" });
    expect(await unreachable(() => ClusterApi.connect(text))).to.include(
      "the kubeconfig's credentials for https://127.0.0.1:1 cannot be had: ",
    );
  });

  it("is not there when nobody answers", async () => {
    const api = await ClusterApi.connect(kubeconfig({}));
    expect(await unreachable(() => api.ask("/version"))).to.equal(
      "https://127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1",
    );
  });

  it("is not there when nothing can be sent by it", async () => {
    const asked = (cluster: object, user?: object) =>
      unreachable(async () => (await ClusterApi.connect(kubeconfig(cluster, user))).ask("/version"));
    expect(await asked({ server: "https://exa mple" })).to.equal("https://exa mple does not answer: Invalid URL");
    expect(await asked({}, { token: "a\nb" })).to.match(/^https:\/\/127\.0\.0\.1:1 does not answer: Invalid character/);
    const certificate = Buffer.from("no certificate").toString("base64");
    expect(await asked({}, { "client-certificate-data": certificate, "client-key-data": certificate })).to.match(
      /^https:\/\/127\.0\.0\.1:1 does not answer: .*PEM/,
    );
  });

  it("leads through the proxy that the kubeconfig names", async () => {
    const asked: string[] = [];
    const proxy = await listening((line) => asked.push(line));
    const { port } = proxy.address() as AddressInfo;
    const server = "https://cluster.example.com";
    const api = await ClusterApi.connect(kubeconfig({ server, "proxy-url": `http://127.0.0.1:${port}` }));
    await unreachable(() => api.ask("/version"));
    proxy.close();
    expect(asked).to.deep.equal(["CONNECT cluster.example.com:443 HTTP/1.1"]);
  });
});

describe("a credential that has run out", () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-"));
  after(() => rmSync(folder, { recursive: true }));

  /** A plugin that counts how often it was asked, and prints the count as its token. */
  function counting(name: string): { readonly user: object; readonly asked: () => number } {
    const file = join(folder, name);
    const program = `
      const { appendFileSync, readFileSync } = require("node:fs");
      appendFileSync(${JSON.stringify(file)}, ".");
      const token = String(readFileSync(${JSON.stringify(file)}, "utf8").length);
      console.log(JSON.stringify({ status: { token } }));`;
    const user = { exec: { command: process.execPath, args: ["-e", program] } };
    return { user, asked: () => readFileSync(file, "utf8").length };
  }

  /** Stands in for the server, which lets in whoever has a token of these. */
  async function lettingIn(user: object, ...tokens: string[]): Promise<ClusterApi> {
    const api = await ClusterApi.connect(kubeconfig({}, user));
    const send = async (_path: string, _ask: object, { headers }: { headers: { authorization: string } }) => ({
      status: tokens.includes(headers.authorization.replace("Bearer ", "")) ? 200 : 401,
      body: {},
      warnings: [],
    });
    return Object.assign(api, { send });
  }

  it("is had anew once, however many requests notice it at the same time", async () => {
    const { user, asked } = counting("shared");
    const api = await lettingIn(user, "2");
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.ask("/version")));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
    expect(asked()).to.equal(2);
  });

  it("is the answer where the new one is worth no more", async () => {
    const { user, asked } = counting("worthless");
    const api = await lettingIn(user);
    expect((await api.ask("/version")).status).to.equal(401);
    expect(asked()).to.equal(2);
  });
});

/** Hangs up on everybody, and tells the first line of what they said. */
async function listening(hear: (line: string) => void): Promise<Server> {
  const server = createServer((socket) =>
    socket.once("data", (said) => {
      hear(said.toString().split("\r\n")[0] ?? "");
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("a platform's kubeconfig", () => {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-"));
  after(() => rmSync(root, { recursive: true }));
  const kubeconfigFor = (platform: object) =>
    entranceTo(existing.parse({ kind: "existing", ...platform }), root).kubeconfig;

  it("is the file it names, beside the stack file", () => {
    writeFileSync(join(root, "mine"), "its text");
    expect(kubeconfigFor({ kubeconfig: "mine" })).to.equal("its text");
  });

  it("is missing, and the message says where it was looked for", async () => {
    expect(await unreachable(() => readKubeconfig("/nowhere/kubeconfig"))).to.equal(
      "there is no kubeconfig at /nowhere/kubeconfig",
    );
    expect(await unreachable(() => kubeconfigFor({}))).to.equal(
      `there is no kubeconfig at ${root}/.bulkhead/kubeconfig`,
    );
  });

  it("is that of the usual places for a context without a file", () => {
    const before = process.env.KUBECONFIG;
    try {
      writeFileSync(join(root, "usual"), kubeconfig({ server: "https://usual.example.com" }));
      process.env.KUBECONFIG = join(root, "usual");
      expect(kubeconfigFor({ context: "second" })).to.include("https://usual.example.com");
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
    }
  });
});

describe("a server's answer", () => {
  it("has each of its warnings, also where several come in one line", () => {
    expect(warningsIn("")).to.deep.equal([]);
    expect(warningsIn('299 - "first, of two", 299 - "a \\"second\\" one"')).to.deep.equal([
      "first, of two",
      'a "second" one',
    ]);
  });

  it("is read as a person would, whatever its shape", () => {
    const answer = (body: unknown) => messageOf({ status: 403, body, warnings: [] });
    expect(answer({ kind: "Status", message: "pods is forbidden" })).to.equal("pods is forbidden");
    expect(answer("upstream connect error")).to.equal("upstream connect error");
    expect(answer({})).to.equal("status 403");
    expect(answer("")).to.equal("status 403");
    expect(answer(null)).to.equal("status 403");
  });
});
