import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Agent, get } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { credentialsOf } from "../../../components/cluster/credentials";
import { readKubeconfig, Unreachable, usualKubeconfig, wayThrough } from "../../../components/cluster/kubeconfig";

interface Parts {
  readonly name?: string;
  readonly cluster?: object;
  readonly user?: object;
}

function written({ name = "main", cluster = {}, user = {} }: Parts = {}): string {
  return stringify({
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: `https://${name}.example.com`, ...cluster } }],
    users: [{ name, user }],
  });
}

describe("a kubeconfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bulkhead-kubeconfig-"));
    mkdirSync(join(folder, "bin"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const credentials = (text: string) => credentialsOf(wayThrough(text));
  const refusal = (parts: Parts): Promise<string> =>
    credentials(written(parts)).then(
      () => "none",
      (error) => {
        expect(error).to.be.instanceOf(Unreachable);
        return error.message;
      },
    );

  it("finds files by paths relative to its own folder, wherever its text is read", async () => {
    file("ca.crt", "an authority");
    file("token", "abc\n");
    const path = file(
      "config",
      written({ cluster: { "certificate-authority": "./ca.crt" }, user: { tokenFile: "token" } }),
    );
    const { ca, headers } = await credentials(readKubeconfig(path));
    expect(String(ca)).to.equal("an authority");
    expect(headers).to.deep.equal({ authorization: "Bearer abc" });
  });

  it("is handed on as it was written when no path in it is relative", () => {
    const text = `# mine\n${written({ cluster: { "certificate-authority": "/etc/ca.crt" } })}`;
    expect(readKubeconfig(file("config", text))).to.equal(text);
  });

  it("takes certificates from its own text, and checks the server's unless told not to", async () => {
    const encoded = (text: string) => Buffer.from(text).toString("base64");
    const user = { "client-certificate-data": encoded("a certificate"), "client-key-data": encoded("a key") };
    const { cert, key, rejectUnauthorized, servername } = await credentials(written({ user }));
    expect([String(cert), String(key), rejectUnauthorized, servername]).to.deep.equal([
      "a certificate",
      "a key",
      true,
      undefined,
    ]);
    const careless = await credentials(
      written({ cluster: { "insecure-skip-tls-verify": true, "tls-server-name": "kubernetes" } }),
    );
    expect([careless.rejectUnauthorized, careless.servername]).to.deep.equal([false, "kubernetes"]);
  });

  it("has a plugin print the credential, and tells it the cluster when asked to", async () => {
    const plugin = `#!/usr/bin/env node
const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
console.log(JSON.stringify({ status: { token: [process.argv[2], process.env.REGION, spec.cluster.server].join(" ") } }));`;
    file("bin/get-token", plugin, 0o755);
    const exec = {
      command: "./bin/get-token",
      args: ["one"],
      env: [{ name: "REGION", value: "two" }],
      provideClusterInfo: true,
    };
    const path = file("config", written({ user: { exec } }));
    const { headers } = await credentials(readKubeconfig(path));
    expect(headers).to.deep.equal({ authorization: "Bearer one two https://main.example.com" });
  });

  it("says which plugin printed none, and why", async () => {
    file("bin/failing", "#!/bin/sh\necho 'your session has expired' >&2\nexit 1\n", 0o755);
    file("bin/chatting", "#!/bin/sh\necho hello\n", 0o755);
    const tried = (exec: object) => refusal({ user: { exec } });
    const lead = "the kubeconfig's credentials for https://main.example.com cannot be had: ";
    expect(await tried({ command: "no-such-plugin", installHint: "install it" })).to.equal(
      `${lead}there is no no-such-plugin; install it`,
    );
    const failing = join(folder, "bin/failing");
    expect(await tried({ command: failing })).to.equal(`${lead}${failing} failed: your session has expired`);
    const chatting = join(folder, "bin/chatting");
    expect(await tried({ command: chatting })).to.equal(`${lead}${chatting} printed no ExecCredential`);
  });

  it("says what it cannot use", async () => {
    expect(await refusal({ user: { "auth-provider": { name: "oidc" } } })).to.include(
      'auth-provider "oidc" is not supported; use its exec plugin',
    );
    expect(() => wayThrough(written({ cluster: { server: "http://10.0.0.1:8080" } }))).to.throw(
      Unreachable,
      'the kubeconfig\'s context "main" leads to http://10.0.0.1:8080, and not over https',
    );
  });

  it("says what of it is not written as a kubeconfig is, and no value, which may be a secret", () => {
    const said = (text: string) => {
      try {
        wayThrough(readKubeconfig(file("config", text)));
        return "nothing";
      } catch (error) {
        expect(error).to.be.instanceOf(Unreachable);
        return (error as Error).message.replace("the kubeconfig cannot be read: ", "");
      }
    };
    expect(said("contexts: {}")).to.equal("contexts is not a list; put a dash before each entry");
    expect(said("contexts: [null]")).to.equal("contexts[0] is empty; write a map of fields or remove the key");
    expect(said("clusters: [{ name: main, cluster: { server: 5 } }]")).to.equal(
      "clusters[0].cluster.server is not a text; put it in quotes",
    );
    expect(said(written({ user: { token: 123_456 } }))).to.equal("users[0].user.token is not a text; put it in quotes");
    expect(said(written({ user: { exec: { args: ["get-token"] } } }))).to.equal(
      "users[0].user.exec.command is missing; write a text",
    );
  });

  it("takes for unset what is left empty, as kubectl does", () => {
    const text = written({ user: { token: null, exec: null }, cluster: { "proxy-url": null } });
    expect(wayThrough(text).context).to.equal("main");
    expect(() => wayThrough("contexts:\nclusters:\nusers:\n")).to.throw(Unreachable, "the kubeconfig has no contexts");
  });

  it("leads through a SOCKS proxy too", async () => {
    const proxy = createServer().listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const { agent } = await credentials(written({ cluster: { "proxy-url": `socks5://127.0.0.1:${port}` } }));
    const request = get("https://main.example.com", { agent: agent as Agent }).on("error", () => {});
    const [socket] = await once(proxy, "connection");
    const [said] = await once(socket, "data");
    request.destroy();
    socket.destroy();
    proxy.close();
    expect(said[0], "the version of SOCKS that it speaks").to.equal(5);
  });

  it("is all files of KUBECONFIG as one, of which the first has the say", () => {
    const first = file("first", written({ name: "one", user: { token: "a" } }));
    file("ca.crt", "");
    const second = file("second", written({ name: "two", cluster: { "certificate-authority": "ca.crt" } }));
    const text = usualKubeconfig({ KUBECONFIG: [first, join(folder, "nowhere"), second].join(":") });
    expect(wayThrough(text).context).to.equal("one");
    expect(wayThrough(text, "two").cluster).to.deep.equal({
      server: "https://two.example.com",
      "certificate-authority": join(folder, "ca.crt"),
    });
  });
});
