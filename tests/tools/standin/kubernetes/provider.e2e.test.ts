import { expect } from "chai";
import { type Declared, eventually, machineToolchain, Project, type Stack, succeed } from "../project";
import { ObservedCluster } from "./cluster";

describe("the stand-in kubernetes provider on a real API server", function () {
  this.timeout(60_000);
  let project: Project;
  let cluster: ObservedCluster;
  let stack: Stack;
  let space = "";
  let spaces = 0;

  before(async function () {
    this.timeout(45 * 60_000);
    const toolchain = await machineToolchain();
    project = new Project(toolchain);
    cluster = new ObservedCluster(project.engine.folder);
    await cluster.start(toolchain);
  });
  after(async function () {
    this.timeout(60_000);
    await cluster?.stop();
    project?.remove();
  });
  beforeEach(async () => {
    stack = await project.stack();
    spaces += 1;
    space = `space-${spaces}`;
  });

  const namespace = (labels: Record<string, string> = {}, annotations: Record<string, string> = {}): Declared => ({
    type: "core/v1:Namespace",
    name: "space",
    args: { metadata: { name: space, labels, annotations } },
  });
  const inSpace = (kind: string, name: string, fields: object, annotations: Record<string, string> = {}): Declared => ({
    type: kind,
    name,
    args: { metadata: { name, namespace: "@space", annotations }, ...fields },
  });
  const account = (name: string, fields: object = {}) => inSpace("core/v1:ServiceAccount", name, fields);
  const path = (rest: string) => `/api/v1/namespaces/${space}${rest}`;

  describe("creating", () => {
    it("tries every object on the server in a preview, and makes it with one request", async () => {
      stack.declare(namespace(), account("robot"));
      const tried = await cluster.asked(() => succeed(stack.preview()));
      expect(tried.map(canonical)).to.deep.equal(["create namespaces (dry run)", "create serviceaccounts (dry run)"]);
      expect(await cluster.live(path(""))).to.equal(undefined);
      expect((await cluster.asked(() => succeed(stack.up()))).map(canonical)).to.deep.equal([
        "create namespaces",
        "create serviceaccounts",
      ]);
      expect(await cluster.live(path("/serviceaccounts/robot"))).to.not.equal(undefined);
    });

    it("makes no request at all when nothing has changed", async () => {
      stack.declare(namespace(), account("robot"), inSpace("core/v1:Secret", "token", { stringData: { a: "b" } }));
      await succeed(stack.up());
      expect(await cluster.asked(() => succeed(stack.preview()))).to.deep.equal([]);
      expect(await cluster.asked(() => succeed(stack.up()))).to.deep.equal([]);
    });

    it("fails on a name that is taken, and leaves the object that has it as it is", async () => {
      await cluster.ask("POST", "/api/v1/namespaces", {
        metadata: { name: space, labels: { owner: "somebody-else" } },
      });
      stack.declare(namespace({ owner: "us" }));
      const { code, stdout } = await stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include(
        `resource "urn:pulumi:${stack.name}::fixture::kubernetes:core/v1:Namespace::space" was not successfully created ` +
          `by the Kubernetes API server: namespaces "@space" already exists`,
      );
      expect(stdout).to.include("Adopting a resource into Pulumi: use `pulumi import`");
      expect((await cluster.live(path("")))?.metadata.labels).to.include({ owner: "somebody-else" });
      expect(await stack.resource("space")).to.equal(undefined);
    });

    it("names an object that has no name after its resource, and keeps that name", async () => {
      const anonymous = {
        type: "core/v1:ServiceAccount",
        name: "robot",
        args: { metadata: { namespace: "@space" } },
      };
      stack.declare(namespace(), anonymous);
      await succeed(stack.up());
      const id = (await stack.resource("robot"))?.id;
      expect(id).to.match(new RegExp(`^${space}/robot-[0-9a-f]{8}$`));
      stack.declare(namespace(), { ...anonymous, args: { ...anonymous.args, automountServiceAccountToken: false } });
      await succeed(stack.up());
      expect((await stack.resource("robot"))?.id).to.equal(id);
    });

    it("refuses a field that does not exist, already in the preview", async () => {
      stack.declare({ ...namespace(), args: { metadata: { name: space, lables: { a: "b" } } } });
      const { code, stderr } = await stack.preview();
      expect(code).to.not.equal(0);
      expect(stderr).to.include('strict decoding error: unknown field "metadata.lables"');
    });

    it("refuses what the server's validation refuses, already in the preview", async () => {
      stack.declare({ type: "networking/v1:NetworkPolicy", name: "np", args: { spec: { policyTypes: ["Sideways"] } } });
      const { code, stderr } = await stack.preview();
      expect(code).to.not.equal(0);
      expect(stderr).to.include('spec.policyTypes[0]: Unsupported value: "Sideways"');
    });
  });

  describe("awaiting", () => {
    const quota = (annotations: Record<string, string> = {}) =>
      inSpace(
        "core/v1:ResourceQuota",
        "budget",
        { spec: { hard: { "requests.cpu": "1500m", pods: "5" } } },
        annotations,
      );

    it("has a quota counted before what depends on it begins", async () => {
      stack.declare(namespace(), quota());
      await succeed(stack.up());
      const budget = await stack.resource("budget");
      expect(budget?.outputs)
        .to.have.nested.property("status.hard")
        .that.deep.equals({ pods: "5", "requests.cpu": "1500m" });
    });

    it("does not wait for an object that is annotated with skipAwait", async () => {
      stack.declare(namespace(), quota({ "pulumi.com/skipAwait": "true" }));
      const asked = await cluster.asked(() => succeed(stack.up()));
      expect(asked.map(canonical)).to.deep.equal(["create namespaces", "create resourcequotas"]);
    });

    it("keeps an object that does not get ready, fails, and says what it waited for", async () => {
      const pod = { containers: [{ name: "app", image: "app" }], nodeSelector: { nowhere: "at-all" } };
      stack.declare(namespace(), inSpace("core/v1:Pod", "app", { spec: pod }, { "pulumi.com/timeoutSeconds": "2" }));
      const { code, stdout } = await stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include("failed to fully initialize or become live: 'app' timed out waiting to be Ready");
      expect(stdout).to.match(/\* (no nodes available to schedule pods|0\/\d+ nodes are available)/);
      expect((await stack.resource("app"))?.id).to.equal(`${space}/app`);
    });
  });

  describe("updating", () => {
    it("changes one field with one apply, and tries it before", async () => {
      stack.declare(namespace({ tier: "a" }));
      await succeed(stack.up());
      stack.declare(namespace({ tier: "b" }));
      await succeed(stack.up());
      stack.declare(namespace({ tier: "c" }));
      expect(await cluster.asked(() => succeed(stack.preview()))).to.deep.equal([
        `get namespaces/${space}`,
        `patch namespaces/${space} (dry run)`,
      ]);
      expect(await cluster.asked(() => succeed(stack.up()))).to.deep.equal([
        `get namespaces/${space}`,
        `patch namespaces/${space}`,
      ]);
      expect((await cluster.live(path("")))?.metadata.labels).to.include({ tier: "c" });
    });

    it("takes a field off the live object when it leaves the program", async () => {
      stack.declare(namespace({ tier: "a", extra: "yes" }), account("robot", { automountServiceAccountToken: false }));
      await succeed(stack.up());
      stack.declare(namespace({ tier: "a" }), account("robot"));
      await succeed(stack.up());
      expect((await cluster.live(path("")))?.metadata.labels).to.not.have.property("extra");
      expect(await cluster.live(path("/serviceaccounts/robot"))).to.not.have.property("automountServiceAccountToken");
    });

    it("leaves alone what others have put on the object", async () => {
      stack.declare(namespace({ tier: "a" }));
      await succeed(stack.up());
      await cluster.ask("PATCH", path(""), { metadata: { labels: { theirs: "x" } } }, "application/merge-patch+json");
      stack.declare(namespace({ tier: "b" }));
      await succeed(stack.up());
      expect((await cluster.live(path("")))?.metadata.labels).to.include({ theirs: "x", tier: "b" });
    });

    it("fails on a field that somebody else has taken, unless told to force it", async () => {
      stack.declare(namespace({ tier: "a" }));
      await succeed(stack.up());
      await cluster.ask(
        "PATCH",
        `${path("")}?fieldManager=thief`,
        { metadata: { labels: { tier: "stolen" } } },
        "application/merge-patch+json",
      );
      stack.declare(namespace({ tier: "b" }));
      const { code, stdout } = await stack.up();
      expect(code).to.not.equal(0);
      expect(stdout).to.include('conflict with "thief" using v1: .metadata.labels.tier');
      stack.declare(namespace({ tier: "b" }, { "pulumi.com/patchForce": "true" }));
      await succeed(stack.up());
      expect((await cluster.live(path("")))?.metadata.labels).to.include({ tier: "b" });
    });

    it("applies as the field manager that the annotation names", async () => {
      stack.declare(namespace({ tier: "a" }));
      await succeed(stack.up());
      stack.declare(namespace({ tier: "b" }));
      await succeed(stack.up());
      stack.declare(namespace({ tier: "b" }, { "pulumi.com/patchFieldManager": "platform" }));
      await succeed(stack.up());
      const managers = (await cluster.live(path("")))?.metadata.managedFields?.map(({ manager }) => manager);
      expect(managers).to.include("platform");
      expect(managers?.filter((manager) => manager.startsWith("pulumi-kubernetes"))).to.deep.equal([]);
    });
  });

  describe("replacing", () => {
    const binding = (role: string) =>
      inSpace("rbac/v1:RoleBinding", "grant", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
        subjects: [{ kind: "User", name: "somebody" }],
      });
    const bindingPath = () => `/apis/rbac.authorization.k8s.io/v1/namespaces/${space}/rolebindings/grant`;

    it("says in the preview that an immutable field replaces the object, and removes the old one first", async () => {
      stack.declare(namespace(), binding("one"));
      await succeed(stack.up());
      const before = await cluster.live(bindingPath());
      stack.declare(namespace(), binding("two"));
      const { stdout } = await succeed(stack.preview());
      expect(stdout).to.include("+-kubernetes:rbac.authorization.k8s.io/v1:RoleBinding: (replace)");
      expect(stdout).to.match(/~ name\s*: "one" => "two"/);
      const asked = await cluster.asked(() => succeed(stack.up()));
      expect(asked.map(canonical)).to.deep.equal(["delete rolebindings", "watch rolebindings", "create rolebindings"]);
      const after = await cluster.live(bindingPath());
      expect(after).to.have.nested.property("roleRef.name", "two");
      expect(after?.metadata.uid).to.not.equal(before?.metadata.uid);
    });

    it("replaces a ConfigMap whose data changes, unless the provider may change it in place", async () => {
      const settings = (value: string) => inSpace("core/v1:ConfigMap", "settings", { data: { key: value } });
      stack.declare(namespace(), settings("a"));
      await succeed(stack.up());
      stack.declare(namespace(), settings("b"));
      expect((await succeed(stack.up())).stdout).to.include("1 replaced");
      stack.provider = { ...stack.provider, enableConfigMapMutable: true };
      stack.declare(namespace(), settings("c"));
      expect((await succeed(stack.up())).stdout).to.match(/2 updated/);
      expect(await cluster.live(path("/configmaps/settings"))).to.have.nested.property("data.key", "c");
    });

    it("keeps everything behind a provider whose cluster identifier stays, whatever its other settings", async () => {
      stack.declare(namespace());
      await succeed(stack.up());
      stack.provider = { ...stack.provider, context: "bulkhead-embedded", kubeClientSettings: { qps: 200 } };
      stack.declare(namespace());
      const { stdout } = await succeed(stack.preview());
      expect(stdout).to.include("1 to update").and.to.not.include("replace");
    });
  });

  describe("refreshing", () => {
    it("shows what has drifted on the server, and puts it right when it may", async () => {
      const policy = inSpace("networking/v1:NetworkPolicy", "wall", {
        spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] },
      });
      stack.provider = { ...stack.provider, enablePatchForce: true };
      stack.declare(namespace({ tier: "a" }), policy);
      await succeed(stack.up());
      const wall = `/apis/networking.k8s.io/v1/namespaces/${space}/networkpolicies/wall`;
      expect((await succeed(stack.run("refresh", {}, "--preview-only", "--diff"))).stdout).to.not.include("to update");
      await cluster.ask("PATCH", wall, { spec: { ingress: [{}] } }, "application/merge-patch+json");
      const { stdout } = await succeed(stack.run("refresh", {}, "--preview-only", "--diff"));
      expect(stdout).to.match(/~ ingress: \[\s*\+ \[0\]: \{\}/);
      await succeed(stack.up("--refresh"));
      expect(await cluster.live(wall)).to.not.have.nested.property("spec.ingress");
    });

    it("forgets an object that somebody has deleted, and makes it again", async () => {
      stack.declare(namespace(), account("robot"));
      await succeed(stack.up());
      await cluster.ask("DELETE", path("/serviceaccounts/robot"));
      expect((await succeed(stack.refresh())).stdout).to.include("1 deleted");
      expect((await succeed(stack.up())).stdout).to.include("1 created");
    });

    it("takes an object over by its id, and then has nothing to change", async () => {
      await cluster.ask("POST", "/api/v1/namespaces", { metadata: { name: space } });
      await cluster.ask("POST", path("/serviceaccounts"), { metadata: { name: "robot" } });
      stack.declare({
        ...account("robot"),
        args: { metadata: { name: "robot", namespace: space } },
        options: { import: `${space}/robot` },
      });
      const { stdout } = await succeed(stack.up());
      expect(stdout).to.include("1 imported");
      expect(await cluster.asked(() => succeed(stack.preview()))).to.deep.equal([]);
    });
  });

  describe("deleting", () => {
    it("is done when the objects are gone, the namespace with all that is in it", async () => {
      stack.declare(namespace(), account("robot"));
      await succeed(stack.up());
      await cluster.ask("POST", path("/configmaps"), { metadata: { name: "not-ours" } });
      await succeed(stack.destroy());
      expect(await cluster.live(path(""))).to.equal(undefined);
    });

    it("takes an object that is already gone for deleted", async () => {
      stack.declare(namespace(), account("robot"));
      await succeed(stack.up());
      await cluster.ask("DELETE", path("/serviceaccounts/robot"));
      await succeed(stack.destroy());
    });

    it("fails when time is up, says what is left, and keeps the object in the state", async () => {
      const finalizers = ["example.com/never"];
      stack.declare(namespace(), {
        ...account("robot"),
        args: { metadata: { name: "robot", namespace: "@space", finalizers } },
        options: { customTimeouts: { delete: "2s" } },
      });
      await succeed(stack.up());
      const { code, stdout } = await stack.destroy();
      expect(code).to.not.equal(0);
      expect(stdout).to.include("timed out waiting for the condition");
      expect(stdout).to.include("finalizers might be preventing deletion (example.com/never, foregroundDeletion)");
      expect((await stack.resource("robot"))?.id).to.equal(`${space}/robot`);
      await cluster.ask(
        "PATCH",
        path("/serviceaccounts/robot"),
        { metadata: { finalizers: null } },
        "application/merge-patch+json",
      );
      await succeed(stack.destroy());
    });
  });

  describe("secrets", () => {
    it("are encrypted in the state, those of a Secret and those that the program marks", async () => {
      stack.declare(namespace(), inSpace("core/v1:Secret", "token", { stringData: { key: "hunter2hunter2" } }), {
        ...inSpace("core/v1:ConfigMap", "settings", { data: { key: "swordfish-swordfish" } }),
        secret: ["data"],
      });
      await succeed(stack.up());
      const token = JSON.stringify(await stack.resource("token"));
      expect(token).to.not.include("hunter2hunter2");
      expect(token).to.not.include(Buffer.from("hunter2hunter2").toString("base64"));
      const settings = await stack.resource("settings");
      expect(JSON.stringify(settings)).to.not.include("swordfish-swordfish");
      expect(settings?.outputs).to.have.nested.property("metadata.name", "settings");
      expect(await cluster.live(path("/configmaps/settings"))).to.have.nested.property(
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
      stack.provider = { ...stack.provider, kubeconfig: nowhere };
      stack.declare(namespace(), account("robot"));
      const { stdout } = await succeed(stack.run("preview", {}));
      expect(stdout).to.include("+ 4 to create");
      const [, diagnostics = ""] = stdout.split("Diagnostics:");
      expect(
        diagnostics.match(/warning: configured Kubernetes cluster is unreachable: .*ECONNREFUSED/g),
      ).to.have.lengthOf(1);
      const failure = await stack.up();
      expect(failure.code).to.not.equal(0);
      expect(failure.stdout).to.include("error: configured Kubernetes cluster is unreachable");
      expect(await stack.resource("space")).to.equal(undefined);
    });
  });

  describe("an interrupted deployment", () => {
    it("stops waiting and keeps what it has made", async () => {
      const pod = { containers: [{ name: "app", image: "app" }], nodeSelector: { nowhere: "at-all" } };
      stack.declare(namespace(), inSpace("core/v1:Pod", "app", { spec: pod }, { "pulumi.com/timeoutSeconds": "40" }));
      const interruption = new AbortController();
      const running = stack.run("up", { signal: interruption.signal }, "--yes", "--skip-preview");
      await eventually(async () => (await cluster.live(path("/pods/app"))) !== undefined);
      interruption.abort();
      const { code, stdout } = await running;
      expect(code).to.not.equal(0);
      expect(stdout).to.include('Resource operation was cancelled for "app"');
      expect((await stack.resource("app"))?.id).to.equal(`${space}/app`);
    });
  });

  describe("patches", () => {
    it("own their fields of an object that somebody else made, and give them back at the end", async () => {
      await cluster.ask("POST", "/api/v1/namespaces", { metadata: { name: space, labels: { theirs: "x" } } });
      stack.declare({
        type: "core/v1:NamespacePatch",
        name: "patch",
        args: { metadata: { name: space, labels: { ours: "y" } } },
      });
      await succeed(stack.up());
      expect((await cluster.live(path("")))?.metadata.labels).to.include({ theirs: "x", ours: "y" });
      await succeed(stack.destroy());
      const labels = (await cluster.live(path("")))?.metadata.labels;
      expect(labels).to.include({ theirs: "x" });
      expect(labels).to.not.have.property("ours");
    });
  });
});

/** A request without the object's own name. */
function canonical(request: string): string {
  return request.replace(/\/[^ ]+/, "");
}
