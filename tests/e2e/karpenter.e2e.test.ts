import { expect } from "chai";
import type { Deployment } from "kubernetes-types/apps/v1";
import type { Node, Pod } from "kubernetes-types/core/v1";
import type { Answer, ClusterApi } from "../../components/cluster/api";
import { controlPlaneStatus } from "../../tools/controlplane";
import { progressPrinter, provideKarpenter } from "../../tools/toolchain";
import { Checkout, useCheckout } from "./support/checkout";
import { History, type Moment } from "./support/history";
import { homes, made, POOL, sharedNodes, TENANT, waited } from "./support/homes";

const DEDICATED = ["acme", "globex", "initech", "umbrella", "hooli", "stark"] as const;
type Tenant = (typeof DEDICATED)[number] | "commons";

const tenant = (id: string, max: number) => `    ${id}:
      isolation: { nodes: dedicated }
      access: { admins: [{ group: ${id}-admins }] }
      pool: { machines: [m7i.xlarge], max: ${max} }
      budget: { cpu: "12", memory: 48Gi }
`;

/** Staging, with Karpenter for all pools, six tenants on nodes of their own, and one on shared nodes. */
function stackFile(staging: string): string {
  const [platform = "", tenants = ""] = staging.split(/(?<=\n {2}bulkhead:tenants:\n)/);
  const salt = /\nencryptionsalt: .*\n/.exec(tenants)?.[0] ?? "";
  const elastic = `    scaling: karpenter
    karpenter: { version: 1.14.1, images: { al2023: v20260812 } }`;
  const commons = "    commons: { access: { admins: [{ group: commons-admins }] } }\n";
  const own = DEDICATED.map((id) => tenant(id, id === "stark" ? 1 : 3)).join("");
  return platform.replace(/ {4}autoscaler: .*/, elastic) + own + commons + salt;
}

const tenantOf = (namespace: string) => [...DEDICATED, "commons"].find((id) => id === namespace);
const poolNameOf = (tenant: string) => (tenant === "commons" ? "shared" : tenant);

const ANCHOR = "bulkhead.dev.node-restriction.kubernetes.io/tenant";
const POLL_MS = 250;

describe("Karpenter with tenants on nodes of their own", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout(() => new Checkout());
  let api: ClusterApi;
  let pods: History<Pod>;
  let nodes: History<Node>;

  before("build Karpenter", async function () {
    this.timeout(45 * 60_000);
    await provideKarpenter({ report: progressPrinter() });
    checkout().write("Pulumi.elastic.yaml", stackFile(checkout().read("Pulumi.staging.yaml")));
    const { code, output } = await checkout().npm("start", "--stack", "elastic", "--no-proof");
    expect(code, output).to.equal(0);
    api = await checkout().api();
    pods = new History(api, "/api/v1/pods");
    nodes = new History(api, "/api/v1/nodes");
  });

  const patchPool = (name: string, body: object) =>
    api.ask(`/apis/karpenter.sh/v1/nodepools/${name}`, {
      method: "PATCH",
      body,
      contentType: "application/merge-patch+json",
    });
  const as = (id: Tenant, method: "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<Answer> =>
    api.ask(path, {
      method,
      body,
      contentType: method === "PATCH" ? "application/merge-patch+json" : "application/json",
      headers: { "Impersonate-User": "somebody", "Impersonate-Group": [`${id}-admins`, "system:authenticated"] },
    });
  const deployments = (id: Tenant) => `/apis/apps/v1/namespaces/${id}/deployments`;
  const deployment = (id: Tenant, replicas: number, cpu: string, more: object = {}): Deployment => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: id },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "app",
              image: "registry.example.com/pause:3.10",
              imagePullPolicy: "Always",
              resources: { requests: { cpu, memory: "1Gi" }, limits: { cpu, memory: "1Gi" } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
          ...more,
        },
      },
    },
  });
  const succeeds = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    expect(status, JSON.stringify(body)).to.be.lessThan(300);
  };
  const podsOf = async (id: Tenant) => (await api.get<{ items: Pod[] }>(`/api/v1/namespaces/${id}/pods`)).items;
  const running = async (id: Tenant) =>
    (await podsOf(id)).filter(({ status }) => status?.phase === "Running").map(({ spec }) => spec?.nodeName ?? "");
  const poolNodes = async () => {
    const { items } = await api.get<{ items: Node[] }>(`/api/v1/nodes?labelSelector=${POOL}`);
    return items.map(({ metadata }) => metadata?.labels?.[POOL] ?? "").sort();
  };
  async function until<T>(look: () => Promise<T>, enough: (seen: T) => boolean, seconds: number): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const seen = await look();
      if (enough(seen) || Date.now() > deadline) return seen;
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }
  const runs = (id: Tenant, count: number) =>
    until(
      () => running(id),
      ({ length }) => length === count,
      60,
    );
  /** Pods on nodes that another pool than their tenant's had made. */
  const strangers = (allPods: readonly Moment<Pod>[], allNodes: readonly Moment<Node>[]) => {
    const poolOf = new Map(made(allNodes).map(({ node, pool }) => [node, pool]));
    return homes(allPods, tenantOf).filter(({ node, tenant }) => poolOf.get(node) !== poolNameOf(tenant));
  };
  const claims = async () => (await api.get<{ items: unknown[] }>("/apis/karpenter.sh/v1/nodeclaims")).items;
  /** What is left of nodes and of claims to them, once there is nothing or two minutes are over. */
  const atZero = () =>
    until(
      async () => [...(await poolNodes()), ...(await claims())],
      (all) => all.length === 0,
      120,
    );

  it("has no node for anybody who has no pod", async () => {
    const { items } = await api.get<{ items: { metadata: { name: string } }[] }>("/apis/karpenter.sh/v1/nodepools");
    expect(items.map(({ metadata }) => metadata.name)).to.have.members([...DEDICATED, "shared"]);
    // What the first look needed goes after ten minutes of idleness; a test does not wait for that.
    const patch = { spec: { disruption: { consolidateAfter: "1s", budgets: [{ nodes: "100%" }] } } };
    for (const { metadata } of items) {
      await succeeds(patchPool(metadata.name, patch));
    }
    expect(await atZero()).to.deep.equal([]);
    await pods.begin();
    await nodes.begin();
  });

  it("makes a node for one tenant's pending pods, and for nobody else", async () => {
    await succeeds(as("acme", "POST", deployments("acme"), deployment("acme", 2, "500m")));
    const seen = await runs("acme", 2);
    expect(seen).to.have.lengthOf(2);
    expect(await poolNodes()).to.deep.equal(["acme"]);
  });

  it("makes nodes for all tenants at once, each its own", async () => {
    const others = [...DEDICATED.filter((id) => id !== "acme"), "commons" as const];
    await Promise.all(others.map((id) => succeeds(as(id, "POST", deployments(id), deployment(id, 2, "500m")))));
    const count = async () => (await Promise.all(others.map(running))).flat().length;
    expect(await until(count, (number) => number === others.length * 2, 90)).to.equal(others.length * 2);
    expect(await poolNodes()).to.deep.equal([...DEDICATED, "shared"].sort());
  });

  it("stops at the limit of a pool, and leaves the other pools to their tenants", async () => {
    // Six cores, where one machine of four is all there may be.
    await succeeds(as("stark", "PATCH", `${deployments("stark")}/web`, { spec: { replicas: 12 } }));
    const waiting = async () => (await podsOf("stark")).filter(({ status }) => status?.phase === "Pending").length;
    expect(await until(waiting, (number) => number > 0, 30)).to.be.greaterThan(0);
    // Karpenter looks at pending pods every ten seconds.
    await new Promise((done) => setTimeout(done, 15_000));
    expect(await waiting()).to.be.greaterThan(0);
    expect((await poolNodes()).filter((pool) => pool === "stark")).to.deep.equal(["stark"]);
    expect(await poolNodes()).to.deep.equal([...DEDICATED, "shared"].sort());
  });

  it("makes nothing of another tenant's pool for who selects and tolerates it", async () => {
    const before = await poolNodes();
    const intruder = deployment("acme", 2, "500m", {
      nodeSelector: { [TENANT]: "globex" },
      tolerations: [{ key: TENANT, operator: "Exists" }],
    });
    const body = { ...intruder, metadata: { name: "intruder", namespace: "acme" } };
    const { status, body: refusal } = await as("acme", "POST", deployments("acme"), body);
    expect(status, JSON.stringify(refusal)).to.equal(403);
    expect((refusal as { message: string }).message).to.include("placement");
    expect(await poolNodes()).to.deep.equal(before);
  });

  it("goes back to no nodes at all once nobody has pods", async () => {
    const everybody = [...DEDICATED, "commons" as const];
    await Promise.all(everybody.map((id) => succeeds(as(id, "DELETE", `${deployments(id)}/web`))));
    expect(await atZero()).to.deep.equal([]);
  });

  it("never had a node that carried two tenants, nor one that nobody was waiting for", async () => {
    const [allPods, allNodes] = [await pods.end(), await nodes.end()];
    const bound = homes(allPods, tenantOf);
    expect(bound.length).to.be.greaterThan(14);
    expect(sharedNodes(bound)).to.deep.equal([]);
    expect(strangers(allPods, allNodes)).to.deep.equal([]);
    const nodesMade = made(allNodes);
    expect(new Set(nodesMade.map(({ pool }) => pool))).to.deep.equal(new Set([...DEDICATED, "shared"]));
    const unwanted = nodesMade.filter(
      ({ pool, revision }) => !waited(allPods, [pool === "shared" ? "commons" : pool], revision),
    );
    expect(unwanted).to.deep.equal([]);
  });

  describe("is seen to fail", () => {
    beforeEach(async () => {
      pods = new History(api, "/api/v1/pods");
      nodes = new History(api, "/api/v1/nodes");
      await pods.begin();
      await nodes.begin();
    });

    it("when a pool's taints are gone, by nodes that carry two tenants", async () => {
      await succeeds(patchPool("globex", { spec: { template: { spec: { taints: null } } } }));
      await succeeds(as("globex", "POST", deployments("globex"), deployment("globex", 1, "500m")));
      await runs("globex", 1);
      await succeeds(as("commons", "POST", deployments("commons"), deployment("commons", 1, "500m")));
      await runs("commons", 1);
      const shared = sharedNodes(homes(await pods.end(), tenantOf));
      expect(shared.map((line) => line.replace(/.*: /, ""))).to.deep.equal(["globex, commons"]);
    });

    it("when a pool takes any value of the tenant's key, by pods on another tenant's nodes", async () => {
      const labels = { [TENANT]: null, [ANCHOR]: null };
      const { body } = await api.ask("/apis/karpenter.sh/v1/nodepools/acme");
      const { requirements } = (body as { spec: { template: { spec: { requirements: object[] } } } }).spec.template
        .spec;
      const any = [TENANT, ANCHOR].map((key) => ({ key, operator: "Exists" }));
      const open = { taints: null, requirements: [...requirements, ...any] };
      await succeeds(patchPool("acme", { spec: { template: { metadata: { labels }, spec: open } } }));
      await succeeds(patchPool("hooli", { spec: { limits: { nodes: "0" } } }));
      await succeeds(as("hooli", "POST", deployments("hooli"), deployment("hooli", 1, "500m")));
      await runs("hooli", 1);
      const misplaced = strangers(await pods.end(), await nodes.end());
      expect(misplaced.map(({ tenant }) => tenant)).to.include("hooli");
    });
  });

  // In a block of its own: mocha runs the tests of a block before the blocks in it.
  describe("at its end", () => {
    it("leaves no node, no claim, no definition and no process when the stack is destroyed", async () => {
      const { code, output } = await checkout().pulumi(
        ...["destroy", "--stack", "elastic", "--yes", "--non-interactive", "--skip-preview"],
      );
      expect(code, output).to.equal(0);
      const left = await checkout().kubectl("get", "nodes,crds,clusterroles", "--output=name");
      expect(left.stdout).to.not.match(/node\/|karpenter/);
      const programs = (await controlPlaneStatus(checkout().path(".bulkhead"))).map(({ name }) => name);
      expect(programs).to.not.include("karpenter");
    });
  });
});
