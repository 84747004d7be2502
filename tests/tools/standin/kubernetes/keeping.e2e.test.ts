import { expect } from "chai";
import { eventually, succeed } from "../project";
import { Setting } from "./setting";

describe("the stand-in kubernetes provider, keeping track of a real API server", function () {
  this.timeout(120_000);
  const at = new Setting();

  describe("refreshing", () => {
    it("shows what has drifted on the server, and puts it right when it may", async () => {
      const policy = at.inSpace("networking/v1:NetworkPolicy", "wall", {
        spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] },
      });
      at.stack.provider = { ...at.stack.provider, enablePatchForce: true };
      at.stack.declare(at.namespace({ tier: "a" }), policy);
      await succeed(at.stack.up());
      const wall = `/apis/networking.k8s.io/v1/namespaces/${at.space}/networkpolicies/wall`;
      expect((await succeed(at.stack.run("refresh", {}, "--preview-only", "--diff"))).stdout).to.not.include(
        "to update",
      );
      await at.cluster.ask("PATCH", wall, { spec: { ingress: [{}] } }, "application/merge-patch+json");
      const { stdout } = await succeed(at.stack.run("refresh", {}, "--preview-only", "--diff"));
      expect(stdout).to.match(/~ ingress: \[\s*\+ \[0\]: \{\}/);
      await succeed(at.stack.up("--refresh"));
      expect(await at.cluster.live(wall)).to.not.have.nested.property("spec.ingress");
    });

    it("forgets an object that somebody has deleted, and makes it again", async () => {
      at.stack.declare(at.namespace(), at.account("robot"));
      await succeed(at.stack.up());
      await at.cluster.ask("DELETE", at.path("/serviceaccounts/robot"));
      expect((await succeed(at.stack.refresh())).stdout).to.include("1 deleted");
      expect((await succeed(at.stack.up())).stdout).to.include("1 created");
    });

    it("takes an object over by its id, and then has nothing to change", async () => {
      await at.cluster.ask("POST", "/api/v1/namespaces", { metadata: { name: at.space } });
      await at.cluster.ask("POST", at.path("/serviceaccounts"), { metadata: { name: "robot" } });
      at.stack.declare({
        ...at.account("robot"),
        args: { metadata: { name: "robot", namespace: at.space } },
        options: { import: `${at.space}/robot` },
      });
      const { stdout } = await succeed(at.stack.up());
      expect(stdout).to.include("1 imported");
      expect(await at.cluster.asked(() => succeed(at.stack.preview()))).to.deep.equal([]);
    });
  });

  describe("deleting", () => {
    it("is done when the objects are gone, the namespace with all that is in it", async () => {
      at.stack.declare(at.namespace(), at.account("robot"));
      await succeed(at.stack.up());
      await at.cluster.ask("POST", at.path("/configmaps"), { metadata: { name: "not-ours" } });
      await succeed(at.stack.destroy());
      expect(await at.cluster.live(at.path(""))).to.equal(undefined);
    });

    it("takes an object that is already gone for deleted", async () => {
      at.stack.declare(at.namespace(), at.account("robot"));
      await succeed(at.stack.up());
      await at.cluster.ask("DELETE", at.path("/serviceaccounts/robot"));
      await succeed(at.stack.destroy());
    });

    it("fails when time is up, says what is left, and keeps the object in the state", async () => {
      const finalizers = ["example.com/never"];
      at.stack.declare(at.namespace(), {
        ...at.account("robot"),
        args: { metadata: { name: "robot", namespace: "@space", finalizers } },
        options: { customTimeouts: { delete: "2s" } },
      });
      await succeed(at.stack.up());
      const { code, stdout } = await at.stack.destroy();
      expect(code).to.not.equal(0);
      expect(stdout).to.include("timed out waiting for the condition");
      expect(stdout).to.include("finalizers might be preventing deletion (example.com/never, foregroundDeletion)");
      expect((await at.stack.resource("robot"))?.id).to.equal(`${at.space}/robot`);
      await at.cluster.ask(
        "PATCH",
        at.path("/serviceaccounts/robot"),
        { metadata: { finalizers: null } },
        "application/merge-patch+json",
      );
      await succeed(at.stack.destroy());
    });
  });

  describe("secrets", () => {
    it("are encrypted in the state, those of a Secret and those that the program marks", async () => {
      at.stack.declare(
        at.namespace(),
        at.inSpace("core/v1:Secret", "token", { stringData: { key: "hunter2hunter2" } }),
        {
          ...at.inSpace("core/v1:ConfigMap", "settings", { data: { key: "swordfish-swordfish" } }),
          secret: ["data"],
        },
      );
      await succeed(at.stack.up());
      const token = JSON.stringify(await at.stack.resource("token"));
      expect(token).to.not.include("hunter2hunter2");
      expect(token).to.not.include(Buffer.from("hunter2hunter2").toString("base64"));
      const settings = await at.stack.resource("settings");
      expect(JSON.stringify(settings)).to.not.include("swordfish-swordfish");
      expect(settings?.outputs).to.have.nested.property("metadata.name", "settings");
      expect(await at.cluster.live(at.path("/configmaps/settings"))).to.have.nested.property(
        "data.key",
        "swordfish-swordfish",
      );
    });
  });

  describe("a cluster that is not there", () => {
    const nowhere = JSON.stringify({
      "current-context": "main",
      contexts: [{ name: "main", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "u", user: { token: "t" } }],
    });

    it("is no obstacle to a preview, which says so once, and a clear one to the deployment", async () => {
      at.stack.provider = { ...at.stack.provider, kubeconfig: nowhere };
      at.stack.declare(at.namespace(), at.account("robot"));
      const { stdout } = await succeed(at.stack.run("preview", {}));
      expect(stdout).to.include("+ 4 to create");
      const [, diagnostics = ""] = stdout.split("Diagnostics:");
      expect(
        diagnostics.match(/warning: configured Kubernetes cluster is unreachable: .*ECONNREFUSED/g),
      ).to.have.lengthOf(1);
      const failure = await at.stack.up();
      expect(failure.code).to.not.equal(0);
      expect(failure.stdout).to.include("error: configured Kubernetes cluster is unreachable");
      expect(await at.stack.resource("space")).to.equal(undefined);
    });
  });

  describe("an interrupted deployment", () => {
    it("stops waiting and keeps what it has made", async () => {
      const pod = { containers: [{ name: "app", image: "app" }], nodeSelector: { nowhere: "at-all" } };
      at.stack.declare(
        at.namespace(),
        at.inSpace("core/v1:Pod", "app", { spec: pod }, { "pulumi.com/timeoutSeconds": "40" }),
      );
      const interruption = new AbortController();
      const running = at.stack.run("up", { signal: interruption.signal }, "--yes", "--skip-preview");
      await eventually(async () => (await at.cluster.live(at.path("/pods/app"))) !== undefined);
      interruption.abort();
      const { code, stdout } = await running;
      expect(code).to.not.equal(0);
      expect(stdout).to.include('Resource operation was cancelled for "app"');
      expect((await at.stack.resource("app"))?.id).to.equal(`${at.space}/app`);
    });
  });

  describe("patches", () => {
    it("own their fields of an object that somebody else made, and give them back at the end", async () => {
      await at.cluster.ask("POST", "/api/v1/namespaces", { metadata: { name: at.space, labels: { theirs: "x" } } });
      at.stack.declare({
        type: "core/v1:NamespacePatch",
        name: "patch",
        args: { metadata: { name: at.space, labels: { ours: "y" } } },
      });
      await succeed(at.stack.up());
      expect((await at.cluster.live(at.path("")))?.metadata.labels).to.include({ theirs: "x", ours: "y" });
      await succeed(at.stack.destroy());
      const labels = (await at.cluster.live(at.path("")))?.metadata.labels;
      expect(labels).to.include({ theirs: "x" });
      expect(labels).to.not.have.property("ours");
    });
  });
});
