import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { authorityOf } from "../../../../tools/standin/kubernetes/credentials";
import { accessOf, parseKubeconfig } from "../../../../tools/standin/kubernetes/kubeconfig";

describe("a kubeconfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bulkhead-kubeconfig-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const yaml = (user: string, cluster = "server: https://10.0.0.1:6443/base") => `
current-context: main
contexts:
- { name: main, context: { cluster: c, user: u, namespace: home } }
- { name: other, context: { cluster: d, user: u } }
clusters:
- { name: c, cluster: { ${cluster} } }
- { name: d, cluster: { server: "https://other" } }
users:
- { name: u, user: { ${user} } }
`;
  const open = (text: string, choice = {}) => {
    const { config, folder: base } = parseKubeconfig(text);
    const access = accessOf(config, base, choice);
    return { access, authority: authorityOf(access) };
  };

  it("is read from text, from JSON and from a file", async () => {
    const file = join(folder, "config");
    writeFileSync(file, yaml("token: abc"));
    const json = JSON.stringify(parseKubeconfig(yaml("token: abc")).config);
    for (const source of [yaml("token: abc"), json, file]) {
      const { access, authority } = open(source);
      expect(access.namespace).to.equal("home");
      expect(authority.server.href).to.equal("https://10.0.0.1:6443/base");
      expect(await authority.headers()).to.deep.equal({ authorization: "Bearer abc" });
    }
  });

  it("gives another context's cluster when asked, and says when there is none", () => {
    expect(open(yaml("token: a"), { context: "other" }).authority.server.href).to.equal("https://other/");
    expect(() => open(yaml("token: a"), { context: "third" })).to.throw('context "third" does not exist');
    expect(() => parseKubeconfig("no such file")).to.throw("it is neither a file nor a kubeconfig");
  });

  it("takes certificates from data, and from files that are relative to its own", async () => {
    const file = join(folder, "config");
    writeFileSync(join(folder, "ca.crt"), "from a file");
    writeFileSync(file, yaml(`client-key-data: ${btoa("a key")}`, "server: https://x, certificate-authority: ca.crt"));
    const { ca, key, rejectUnauthorized } = await open(file).authority.tls();
    expect([String(ca), String(key), rejectUnauthorized]).to.deep.equal(["from a file", "a key", true]);
  });

  it("checks the server's certificate unless told not to", async () => {
    const careless = "server: https://x, insecure-skip-tls-verify: true, tls-server-name: y";
    expect(await open(yaml("token: a", careless)).authority.tls()).to.deep.equal({
      rejectUnauthorized: false,
      servername: "y",
    });
  });

  it("runs a credential command, once as long as its answer is good", async () => {
    const runs = join(folder, "runs");
    const plugin = join(folder, "get-token");
    const file = join(folder, "config");
    const script = (expires: string) => `#!/bin/sh
echo "$1 $CLUSTER $KUBERNETES_EXEC_INFO" >> '${runs}'
echo '{"kind":"ExecCredential","status":{"token":"fresh"${expires}}}'
`;
    writeFileSync(
      file,
      yaml('exec: { command: ./get-token, args: ["--cluster"], env: [{ name: CLUSTER, value: c1 }] }'),
    );
    writeFileSync(plugin, script(""), { mode: 0o755 });
    const { authority } = open(file);
    for (let turn = 0; turn < 3; turn++)
      expect(await authority.headers()).to.deep.equal({ authorization: "Bearer fresh" });
    expect(readFileSync(runs, "utf8").trim().split("\n")).to.have.lengthOf(1);
    expect(readFileSync(runs, "utf8")).to.include("--cluster c1").and.to.include('"kind":"ExecCredential"');

    writeFileSync(plugin, script(',"expirationTimestamp":"2020-01-01T00:00:00Z"'), { mode: 0o755 });
    const { authority: stale } = open(file);
    await stale.headers();
    await stale.headers();
    expect(readFileSync(runs, "utf8").trim().split("\n")).to.have.lengthOf(3);
  });

  it("says which credential command failed", async () => {
    const failure = await open(yaml("exec: { command: no-such-command-here }"))
      .authority.headers()
      .catch((error) => error);
    expect(failure.message).to.include("getting credentials: exec: executable no-such-command-here failed");
  });
});
