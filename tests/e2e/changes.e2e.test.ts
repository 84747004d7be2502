import { expect } from "chai";
import { AuditedCheckout, type Write } from "./support/audit";
import { useCheckout } from "./support/checkout";
import { differences, objects, type Versions } from "./support/objects";

const STACK = `config:
  pulumi:disable-default-providers: [kubernetes]
  bulkhead:platform: { kind: existing, capabilities: { runtimes: { gvisor: runsc } } }
  bulkhead:tenants:
    acme:
      access: { admins: [{ group: acme-admins }], viewers: [{ user: auditor@example.com }] }
      budget: { pods: 30 }
      network: { egress: [{ cidr: 203.0.113.0/24, ports: [443] }] }
    globex:
      isolation: { nodes: dedicated }
      access: { admins: [{ group: globex-admins }] }
`;

const INITECH = `    initech:
      namespaces: [web]
      access: { developers: [{ group: initech-devs }] }
`;

/** What somebody gives a tenant by hand. */
const HEAPS = JSON.stringify({ spec: { hard: { pods: "500" } } });

/** Who deploys. */
const ADMIN = "bulkhead-admin";

describe("a deployment", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout((toolchain) => new AuditedCheckout(toolchain));
  let everything: Write[];

  before("deploy", async function () {
    this.timeout(10 * 60_000);
    checkout().write("Pulumi.dev.yaml", STACK);
    everything = await checkout().writesDuring(() => start());
  });

  async function start(): Promise<void> {
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code, output).to.equal(0);
  }
  async function pulumi(...args: string[]): Promise<string> {
    const { code, output } = await checkout().npm("pulumi", ...args, "--stack", "dev", "--non-interactive");
    expect(code, output).to.equal(0);
    return output;
  }
  async function differencesOver(change: () => Promise<unknown>, looked = (_name: string) => true) {
    const seen = async () => {
      const all = await objects(await checkout().api());
      return Object.fromEntries(Object.entries(all).filter(([name]) => looked(name))) as Versions;
    };
    const before = await seen();
    await change();
    return differences(before, await seen());
  }
  async function kubectl(...args: string[]): Promise<string> {
    const { code, stdout, output } = await checkout().kubectl(...args);
    expect(code, output).to.equal(0);
    return stdout;
  }
  const names = async (...args: string[]) => (await kubectl("get", ...args, "--output=name")).trim().split("\n").sort();
  const field = (object: string, path: string, namespace = "default") =>
    kubectl("get", object, `--namespace=${namespace}`, `--output=jsonpath={${path}}`);
  /** Requests that change something, without those about nodes, which npm start itself registers. */
  const deployers = (writes: readonly Write[]) =>
    writes.filter(({ user, dryRun, resource, code }) => {
      return user === ADMIN && !dryRun && !resource.startsWith("nodes") && code < 300;
    });
  const told = (writes: readonly Write[]) => writes.map(({ verb, object }) => `${verb} ${object}`);

  for (const [namespace, guards] of Object.entries({
    acme: [
      "create limitranges acme/bulkhead-limits",
      "create networkpolicies acme/bulkhead-baseline",
      "create networkpolicies acme/bulkhead-flows",
      "create resourcequotas acme/bulkhead-affinity",
      "create resourcequotas acme/bulkhead-budget",
      "create resourcequotas acme/bulkhead-priority",
      "patch serviceaccounts acme/default",
      "update resourcequotas/status acme/bulkhead-affinity",
      "update resourcequotas/status acme/bulkhead-budget",
      "update resourcequotas/status acme/bulkhead-priority",
    ],
    globex: [
      "create limitranges globex/bulkhead-limits",
      "create networkpolicies globex/bulkhead-baseline",
      "create resourcequotas globex/bulkhead-affinity",
      "create resourcequotas globex/bulkhead-budget",
      "create resourcequotas globex/bulkhead-priority",
      "patch serviceaccounts globex/default",
      "update resourcequotas/status globex/bulkhead-affinity",
      "update resourcequotas/status globex/bulkhead-budget",
      "update resourcequotas/status globex/bulkhead-priority",
    ],
  })) {
    it(`lets nobody into ${namespace} before all its guards are there and its quotas count`, () => {
      const there = everything.filter((write) => write.namespace === namespace && write.code < 300 && !write.dryRun);
      const [grant] = there.filter(({ verb, resource }) => verb === "create" && resource === "rolebindings");
      const earlier = there.filter(({ answered }) => answered <= (grant?.received ?? 0));
      expect(told(earlier.filter(countsAll))).to.include.members(guards);
    });
  }

  /** A status without amounts does not make a quota count. */
  function countsAll({ resource, body }: Write): boolean {
    const { spec, status } = (body ?? {}) as Record<"spec" | "status", { hard?: Record<string, string> } | undefined>;
    return resource !== "resourcequotas/status" || JSON.stringify(status?.hard) === JSON.stringify(spec?.hard);
  }

  it("writes nothing at all when nothing has changed", async () => {
    const writes = await checkout().writesDuring(() => start());
    expect(told(deployers(writes))).to.deep.equal([]);
    expect(writes.filter(({ user }) => user === "bulkhead-proof-member")).to.not.have.lengthOf(0);
  });

  it("changes one object when one field of a tenant has changed, and says so before", async () => {
    checkout().edit("Pulumi.dev.yaml", "pods: 30", "pods: 20");
    const { stdout } = await checkout().npm("preview", "--diff");
    expect(stdout)
      .to.match(/~ spec/)
      .and.match(/pods *: "30" => "20"/)
      .and.include("~ 1 to update");
    const changed = await differencesOver(() => pulumi("up", "--yes"));
    expect(changed).to.deep.equal({ changed: ["ResourceQuota acme/bulkhead-budget"] });
  });

  const ofInitech = [
    "ConfigMap initech-web/kube-root-ca.crt",
    "LimitRange initech-web/bulkhead-limits",
    "Namespace initech-web",
    "NetworkPolicy initech-web/bulkhead-baseline",
    "ResourceQuota initech-web/bulkhead-affinity",
    "ResourceQuota initech-web/bulkhead-budget",
    "ResourceQuota initech-web/bulkhead-priority",
    "RoleBinding initech-web/bulkhead:tenant-developer",
    "ServiceAccount initech-web/default",
  ];

  it("adds the objects of a tenant that was added, and touches no other", async () => {
    checkout().edit("Pulumi.dev.yaml", "    globex:\n", `${INITECH}    globex:\n`);
    expect(await differencesOver(() => pulumi("up", "--yes"))).to.deep.equal({ added: ofInitech });
  });

  /** Quotas count what npm start tries out, and the scheduler looks at a pod that has no place again with each new node. */
  const uncounted = (name: string) => !name.startsWith("ResourceQuota ") && !name.startsWith("Pod bulkhead-canary/");

  it("moves a tenant to nodes of its own without making its namespace anew", async () => {
    checkout().edit("Pulumi.dev.yaml", "    initech:\n", "    initech:\n      isolation: { nodes: dedicated }\n");
    expect(await differencesOver(start, uncounted)).to.deep.equal({
      added: ["RuntimeClass bulkhead-initech"],
      changed: ["Namespace initech-web"],
    });
    expect(await names("nodes", "--selector=bulkhead.dev/tenant=initech")).to.deep.equal([
      "node/initech-1",
      "node/initech-2",
    ]);
  });

  it("makes a tenant's runtime class anew when its sandbox changes, and nothing that stands on it", async () => {
    const identities = () =>
      Promise.all(
        ["runtimeclass/bulkhead-initech", "namespace/initech-web"].map((name) => field(name, ".metadata.uid")),
      );
    const [oldClass, namespace] = await identities();
    checkout().edit(
      "Pulumi.dev.yaml",
      "dedicated }\n      namespaces",
      "dedicated, runtime: gvisor }\n      namespaces",
    );
    await start();
    expect(await field("runtimeclass/bulkhead-initech", ".handler")).to.equal("runsc");
    const [newClass, sameNamespace] = await identities();
    expect(newClass).to.not.equal(oldClass);
    expect(sameNamespace).to.equal(namespace);
  });

  const WITHOUT_INITECH = STACK.replace("pods: 30", "pods: 20");

  it("leaves a tenant its nodes when its removal is refused", async () => {
    const nodes = await names("nodes", "--selector=bulkhead.dev/tenant=initech");
    checkout().write("Pulumi.dev.yaml", WITHOUT_INITECH);
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code).to.equal(1);
    expect(output).to.include("tenants.initech: is not in the estate any more");
    expect(await names("nodes", "--selector=bulkhead.dev/tenant=initech")).to.deep.equal(nodes);
  });

  it("removes the objects and the nodes of a tenant that was removed, and touches no other", async () => {
    const forced = "  bulkhead:guardrails: { removals: [initech] }\n  bulkhead:tenants:\n";
    checkout().write("Pulumi.dev.yaml", WITHOUT_INITECH.replace("  bulkhead:tenants:\n", forced));
    expect(await differencesOver(start, uncounted)).to.deep.equal({
      removed: [...ofInitech, "RuntimeClass bulkhead-initech"].filter(uncounted).sort(),
    });
    expect(await names("resourcequotas", "--namespace=initech-web")).to.deep.equal([""]);
    expect(await names("nodes")).to.deep.equal(["node/globex-1", "node/globex-2", "node/shared-1", "node/shared-2"]);
  });

  it("sees what was changed behind its back, and takes it back", async () => {
    const whole = Object.keys(await objects(await checkout().api()));
    await kubectl("patch", "resourcequota", "bulkhead-budget", "--namespace=acme", "--type=merge", "--patch", HEAPS);
    await kubectl("delete", "rolebinding", "bulkhead:tenant-admin", "--namespace=globex");

    expect(await pulumi("refresh", "--preview-only", "--diff")).to.match(/pods *: "20" => "500"/);
    const { stdout } = await checkout().npm("preview", "--refresh");
    expect(stdout)
      .to.match(/ ~ +.*ResourceQuota +acme\/bulkhead-budget +update/)
      .and.match(/ \+ +.*RoleBinding +globex\/bulkhead:tenant-admin +create/);

    await pulumi("up", "--yes", "--refresh");
    expect(await field("resourcequota/bulkhead-budget", ".spec.hard.pods", "acme")).to.equal("20");
    expect(Object.keys(await objects(await checkout().api()))).to.deep.equal(whole);
  });

  it("takes grants back first and guards last, and leaves nothing behind", async () => {
    const writes = deployers(await checkout().writesDuring(() => pulumi("destroy", "--yes")));
    const inside = writes.filter(({ namespace }) => ["acme", "globex"].includes(namespace));
    expect(told(inside).sort()).to.deep.equal([
      "delete rolebindings acme/bulkhead:tenant-admin",
      "delete rolebindings acme/bulkhead:tenant-viewer",
      "delete rolebindings globex/bulkhead:tenant-admin",
    ]);
    for (const name of ["acme", "globex"]) {
      const ended = writes.find(({ verb, object }) => verb === "delete" && object === `namespaces ${name}`);
      const taken = inside.filter(({ namespace }) => namespace === name).map(({ answered }) => answered);
      expect(ended?.received, name).to.be.at.least(Math.max(...taken));
    }
    const left = Object.keys(await objects(await checkout().api())).filter((name) => /acme|globex|bulkhead/.test(name));
    expect(left).to.deep.equal([]);
    const { deployment } = JSON.parse(await pulumi("stack", "export"));
    expect(deployment.resources ?? []).to.deep.equal([]);
  });
});
