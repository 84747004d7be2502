import { expect } from "chai";
import { succeed } from "../project";
import { Setting } from "./setting";

describe("the stand-in kubernetes provider, writing to a real API server", function () {
  this.timeout(120_000);
  const at = new Setting();

  describe("creating", () => {
    it("tries every object on the server in a preview, and makes it with one request", async () => {
      at.stack.declare(at.namespace(), at.account("robot"));
      const tried = await at.cluster.asked(() => succeed(at.stack.preview()));
      expect(tried.map(canonical)).to.deep.equal(["create namespaces (dry run)", "create serviceaccounts (dry run)"]);
      expect(await at.cluster.live(at.path(""))).to.equal(undefined);
      expect((await at.cluster.asked(() => succeed(at.stack.up()))).map(canonical)).to.deep.equal([
        "create namespaces",
        "create serviceaccounts",
      ]);
      expect(await at.cluster.live(at.path("/serviceaccounts/robot"))).to.not.equal(undefined);
    });

    it("makes no request at all when nothing has changed", async () => {
      at.stack.declare(
        at.namespace(),
        at.account("robot"),
        at.inSpace("core/v1:Secret", "token", { stringData: { a: "b" } }),
      );
      await succeed(at.stack.up());
      expect(await at.cluster.asked(() => succeed(at.stack.preview()))).to.deep.equal([]);
      expect(await at.cluster.asked(() => succeed(at.stack.up()))).to.deep.equal([]);
    });

    it("fails on a name that is taken, and leaves the object that has it as it is", async () => {
      await at.cluster.ask("POST", "/api/v1/namespaces", {
        metadata: { name: at.space, labels: { owner: "somebody-else" } },
      });
      at.stack.declare(at.namespace({ owner: "us" }));
      const { code, stdout } = await at.stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include(
        `resource "urn:pulumi:${at.stack.name}::fixture::kubernetes:core/v1:Namespace::space" was not successfully created ` +
          `by the Kubernetes API server: namespaces "${at.space}" already exists`,
      );
      expect(stdout).to.include("Adopting a resource into Pulumi: use `pulumi import`");
      expect((await at.cluster.live(at.path("")))?.metadata.labels).to.include({ owner: "somebody-else" });
      expect(await at.stack.resource("space")).to.equal(undefined);
    });

    it("names an object that has no name after its resource, and keeps that name", async () => {
      const anonymous = {
        type: "core/v1:ServiceAccount",
        name: "robot",
        args: { metadata: { namespace: "@space" } },
      };
      at.stack.declare(at.namespace(), anonymous);
      await succeed(at.stack.up());
      const id = (await at.stack.resource("robot"))?.id;
      expect(id).to.match(new RegExp(`^${at.space}/robot-[0-9a-f]{8}$`));
      at.stack.declare(at.namespace(), {
        ...anonymous,
        args: { ...anonymous.args, automountServiceAccountToken: false },
      });
      await succeed(at.stack.up());
      expect((await at.stack.resource("robot"))?.id).to.equal(id);
    });

    it("refuses a field that does not exist, already in the preview", async () => {
      at.stack.declare({ ...at.namespace(), args: { metadata: { name: at.space, lables: { a: "b" } } } });
      const { code, stderr } = await at.stack.preview();
      expect(code).to.not.equal(0);
      expect(stderr).to.include('strict decoding error: unknown field "metadata.lables"');
    });

    it("refuses what the server's validation refuses, already in the preview", async () => {
      at.stack.declare({
        type: "networking/v1:NetworkPolicy",
        name: "np",
        args: { spec: { policyTypes: ["Sideways"] } },
      });
      const { code, stderr } = await at.stack.preview();
      expect(code).to.not.equal(0);
      expect(stderr).to.include('spec.policyTypes[0]: Unsupported value: "Sideways"');
    });
  });

  describe("awaiting", () => {
    const quota = (annotations: Record<string, string> = {}) =>
      at.inSpace(
        "core/v1:ResourceQuota",
        "budget",
        { spec: { hard: { "requests.cpu": "1500m", pods: "5" } } },
        annotations,
      );

    it("has a quota counted before what depends on it begins", async () => {
      at.stack.declare(at.namespace(), quota());
      await succeed(at.stack.up());
      const budget = await at.stack.resource("budget");
      expect(budget?.outputs)
        .to.have.nested.property("status.hard")
        .that.deep.equals({ pods: "5", "requests.cpu": "1500m" });
    });

    it("does not wait for an object that is annotated with skipAwait", async () => {
      at.stack.declare(at.namespace(), quota({ "pulumi.com/skipAwait": "true" }));
      const asked = await at.cluster.asked(() => succeed(at.stack.up()));
      expect(asked.map(canonical)).to.deep.equal(["create namespaces", "create resourcequotas"]);
    });

    it("waits for what an annotation names in place of what it would wait for", async () => {
      const template = {
        metadata: { labels: { app: "app" } },
        spec: { schedulingGates: [{ name: "example.com/never" }], containers: [{ name: "app", image: "app" }] },
      };
      const spec = { selector: { matchLabels: { app: "app" } }, template };
      at.stack.declare(
        at.namespace(),
        at.inSpace(
          "apps/v1:Deployment",
          "app",
          { spec },
          { "pulumi.com/waitFor": "jsonpath={.status.updatedReplicas}=1" },
        ),
      );
      await succeed(at.stack.up());
      expect((await at.stack.resource("app"))?.outputs).to.have.nested.property("status.updatedReplicas", 1);
    });

    it("keeps an object that does not get ready, fails, and says what it waited for", async () => {
      const pod = { containers: [{ name: "app", image: "app" }], nodeSelector: { nowhere: "at-all" } };
      at.stack.declare(
        at.namespace(),
        at.inSpace("core/v1:Pod", "app", { spec: pod }, { "pulumi.com/timeoutSeconds": "2" }),
      );
      const { code, stdout } = await at.stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include("failed to fully initialize or become live: 'app' timed out waiting to be Ready");
      expect(stdout).to.match(/\* (no nodes available to schedule pods|0\/\d+ nodes are available)/);
      expect((await at.stack.resource("app"))?.id).to.equal(`${at.space}/app`);
    });
  });

  describe("updating", () => {
    it("changes one field with one apply, and tries it before", async () => {
      at.stack.declare(at.namespace({ tier: "a" }));
      await succeed(at.stack.up());
      at.stack.declare(at.namespace({ tier: "b" }));
      await succeed(at.stack.up());
      at.stack.declare(at.namespace({ tier: "c" }));
      expect(await at.cluster.asked(() => succeed(at.stack.preview()))).to.deep.equal([
        `get namespaces/${at.space}`,
        `patch namespaces/${at.space} (dry run)`,
      ]);
      expect(await at.cluster.asked(() => succeed(at.stack.up()))).to.deep.equal([
        `get namespaces/${at.space}`,
        `patch namespaces/${at.space}`,
      ]);
      expect((await at.cluster.live(at.path("")))?.metadata.labels).to.include({ tier: "c" });
    });

    it("takes a field off the live object when it leaves the program", async () => {
      at.stack.declare(
        at.namespace({ tier: "a", extra: "yes" }),
        at.account("robot", { automountServiceAccountToken: false }),
      );
      await succeed(at.stack.up());
      at.stack.declare(at.namespace({ tier: "a" }), at.account("robot"));
      await succeed(at.stack.up());
      expect((await at.cluster.live(at.path("")))?.metadata.labels).to.not.have.property("extra");
      expect(await at.cluster.live(at.path("/serviceaccounts/robot"))).to.not.have.property(
        "automountServiceAccountToken",
      );
    });

    it("leaves alone what others have put on the object", async () => {
      at.stack.declare(at.namespace({ tier: "a" }));
      await succeed(at.stack.up());
      await at.cluster.ask(
        "PATCH",
        at.path(""),
        { metadata: { labels: { theirs: "x" } } },
        "application/merge-patch+json",
      );
      at.stack.declare(at.namespace({ tier: "b" }));
      await succeed(at.stack.up());
      expect((await at.cluster.live(at.path("")))?.metadata.labels).to.include({ theirs: "x", tier: "b" });
    });

    it("fails on a field that somebody else has taken, unless told to force it", async () => {
      at.stack.declare(at.namespace({ tier: "a" }));
      await succeed(at.stack.up());
      await at.cluster.ask(
        "PATCH",
        `${at.path("")}?fieldManager=thief`,
        { metadata: { labels: { tier: "stolen" } } },
        "application/merge-patch+json",
      );
      at.stack.declare(at.namespace({ tier: "b" }));
      const { code, stdout } = await at.stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include('conflict with "thief" using v1: .metadata.labels.tier');
      at.stack.declare(at.namespace({ tier: "b" }, { "pulumi.com/patchForce": "true" }));
      await succeed(at.stack.up());
      expect((await at.cluster.live(at.path("")))?.metadata.labels).to.include({ tier: "b" });
    });

    it("applies as the field manager that the annotation names", async () => {
      at.stack.declare(at.namespace({ tier: "a" }));
      await succeed(at.stack.up());
      at.stack.declare(at.namespace({ tier: "b" }));
      await succeed(at.stack.up());
      at.stack.declare(at.namespace({ tier: "b" }, { "pulumi.com/patchFieldManager": "platform" }));
      await succeed(at.stack.up());
      const managers = (await at.cluster.live(at.path("")))?.metadata.managedFields?.map(({ manager }) => manager);
      expect(managers).to.include("platform");
      expect(managers?.filter((manager) => manager.startsWith("pulumi-kubernetes"))).to.deep.equal([]);
    });
  });

  describe("replacing", () => {
    const binding = (role: string) =>
      at.inSpace("rbac/v1:RoleBinding", "grant", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
        subjects: [{ kind: "User", name: "somebody" }],
      });
    const bindingPath = () => `/apis/rbac.authorization.k8s.io/v1/namespaces/${at.space}/rolebindings/grant`;

    it("says in the preview that an immutable field replaces the object, and removes the old one first", async () => {
      at.stack.declare(at.namespace(), binding("one"));
      await succeed(at.stack.up());
      const before = await at.cluster.live(bindingPath());
      at.stack.declare(at.namespace(), binding("two"));
      const { stdout } = await succeed(at.stack.preview());
      expect(stdout).to.include("+-kubernetes:rbac.authorization.k8s.io/v1:RoleBinding: (replace)");
      expect(stdout).to.match(/~ name\s*: "one" => "two"/);
      const asked = await at.cluster.asked(() => succeed(at.stack.up()));
      expect(asked.map(canonical)).to.deep.equal(["delete rolebindings", "watch rolebindings", "create rolebindings"]);
      const after = await at.cluster.live(bindingPath());
      expect(after).to.have.nested.property("roleRef.name", "two");
      expect(after?.metadata.uid).to.not.equal(before?.metadata.uid);
    });

    it("replaces a ConfigMap whose data changes, unless the provider may change it in place", async () => {
      const settings = (value: string) => at.inSpace("core/v1:ConfigMap", "settings", { data: { key: value } });
      at.stack.declare(at.namespace(), settings("a"));
      await succeed(at.stack.up());
      at.stack.declare(at.namespace(), settings("b"));
      expect((await succeed(at.stack.up())).stdout).to.include("1 replaced");
      at.stack.provider = { ...at.stack.provider, enableConfigMapMutable: true };
      at.stack.declare(at.namespace(), settings("c"));
      expect((await succeed(at.stack.up())).stdout).to.match(/2 updated/);
      expect(await at.cluster.live(at.path("/configmaps/settings"))).to.have.nested.property("data.key", "c");
    });

    it("keeps everything behind a provider whose cluster identifier stays, whatever its other settings", async () => {
      at.stack.declare(at.namespace());
      await succeed(at.stack.up());
      at.stack.provider = { ...at.stack.provider, context: "bulkhead-embedded", kubeClientSettings: { qps: 200 } };
      at.stack.declare(at.namespace());
      const { stdout } = await succeed(at.stack.preview());
      expect(stdout).to.include("1 to update").and.to.not.include("replace");
    });
  });
});

/** A request without the object's own name. */
function canonical(request: string): string {
  return request.replace(/\/[^ ]+/, "");
}
