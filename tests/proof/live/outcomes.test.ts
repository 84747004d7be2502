import { expect } from "chai";
import type { PersistentVolume, Pod, ResourceQuota } from "kubernetes-types/core/v1";
import { type Answer, messageOf } from "../../../components/cluster/api";
import { collection } from "../../../components/cluster/collection";
import type { Manifest } from "../../../components/manifest";
import type { Plan } from "../../../components/plan";
import { podSpec } from "../../../proof/attacks/legal";
import { refusalOf } from "../../../proof/attacks/refusal";
import { type Scene, scenesOf } from "../../../proof/attacks/scene";
import { admission } from "../../../proof/attacks/walls";
import { impersonation } from "../../../proof/identity";
import { readCluster } from "../../../proof/live/cluster";
import { registerNodes, type SimulatedNode } from "../../../tools/controlplane";
import { apply, applyAll, applyPlan, until } from "../../support/apply";
import { useControlPlane } from "../../support/controlplane";
import { applyGuardrails } from "../../support/guardrails";
import { showNumber } from "../../support/numbers";
import { furnished, planOf, TENANTS } from "../estate";
import { wants } from "./amounts";
import { withMutants } from "./mutants";
import { mutantPlan } from "./mutations";
import { nodesOfEstate } from "./stage";

const SETUP_MS = 300_000;
const TEST_MS = 120_000;

/** What the guard against it keeps from happening: seen to happen to others where that guard is missing. */
const MUTANTS = [
  { id: "mutant0", kind: "acme", walls: [admission("priority-class")] },
  { id: "mutant1", kind: "acme", walls: [admission("storage-volume")] },
  { id: "mutant2", kind: "acme", walls: [admission("disruption-room")] },
];
const [PUSHY, GRABBY, CLINGY] = MUTANTS.map(({ id }) => id) as [string, string, string];

const PRIORITY = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "important" },
  value: 1000,
} as Manifest;

/** In which nothing runs, so that nothing of its budget is used. */
const SPARE = "umbrella-batch";

/** Room for one pod of one CPU, and nothing else. */
const NARROW: SimulatedNode = {
  name: "narrow-0",
  capacity: { cpu: "1", memory: "4Gi", pods: "10", "ephemeral-storage": "20Gi" },
  labels: { narrow: "yes" },
};

/** Schedulers and controllers take their time on a busy machine. */
const eventually = (condition: string, holds: () => Promise<boolean>) => until(condition, holds, 90_000);

describe("what guards keep from happening", function () {
  this.timeout(TEST_MS);
  const cluster = useControlPlane();
  let plan: Plan;
  let scenes: ReadonlyMap<string, Scene>;

  before("set the stage", async function () {
    this.timeout(SETUP_MS);
    const { api, kubeconfig } = cluster();
    await registerNodes(kubeconfig, [...nodesOfEstate().map(sandboxed), NARROW]);
    await applyAll(api, [PRIORITY]);
    plan = planOf(TENANTS);
    const others = mutantPlan(MUTANTS);
    await applyGuardrails(api, withMutants(plan.guardrails, MUTANTS));
    await applyPlan(api, plan);
    await applyPlan(api, others);
    const facts = { cluster: await readCluster(api), run: "test" };
    scenes = new Map([plan, others].flatMap((it) => scenesOf(it, facts)).map((scene) => [scene.namespace, scene]));
  });

  const sceneIn = (namespace: string) => {
    const found = scenes.get(namespace);
    if (!found) throw new Error(`no scene in ${namespace}`);
    return found;
  };

  /** As the people of the namespace's tenant would. */
  async function send(namespace: string, resource: string, body: Manifest, query = ""): Promise<Answer> {
    const { who } = sceneIn(namespace);
    if (!who) throw new Error(`nobody acts in ${namespace}`);
    const path = `${collection(body.apiVersion, resource, { namespace })}${query}`;
    return cluster().api.ask(path, { method: "POST", body, headers: impersonation(who) });
  }

  async function create(namespace: string, resource: string, body: Manifest): Promise<void> {
    const answer = await send(namespace, resource, body);
    expect(answer.status, messageOf(answer)).to.equal(201);
  }

  const pod = (namespace: string, name: string, change: Record<string, unknown> = {}) =>
    ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, labels: { app: name } },
      spec: podSpec(sceneIn(namespace), change),
    }) as Manifest;

  const read = <T>(path: string) => cluster().api.get<T>(path);
  const podsOf = async (namespace: string) =>
    (await read<{ items: Pod[] }>(`/api/v1/namespaces/${namespace}/pods`)).items;

  const runs = (namespace: string, name: string) =>
    eventually(`${namespace}/${name} runs`, async () =>
      (await podsOf(namespace)).some(({ metadata, status }) => metadata?.name === name && status?.phase === "Running"),
    );

  it("pods are pushed out by nobody's higher class (T13), as they are where the class is not guarded", async () => {
    const large = { resources: { requests: cpu("800m"), limits: cpu("800m") } };
    const narrow = { nodeSelector: { narrow: "yes" }, container: large };
    await create("acme", "pods", pod("acme", "settled", narrow));
    await runs("acme", "settled");
    const pushing = { ...narrow, priorityClassName: "important" };
    const refused = await send("umbrella-web", "pods", pod("umbrella-web", "pusher", pushing));
    expect(refusalOf(refused)).to.deep.include({ layer: "admission", names: ["priority-class"] });
    expect((await podsOf("acme")).map(({ metadata }) => metadata?.deletionTimestamp)).to.deep.equal([undefined]);
    await create(PUSHY, "pods", pod(PUSHY, "pusher", pushing));
    await eventually("the settled pod is gone", async () => (await podsOf("acme")).length === 0);
    await runs(PUSHY, "pusher");
  });

  it("a free volume is claimed by nobody's name for it (T99), as it is where names are not guarded", async () => {
    const volume = {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "somebodys" },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        storageClassName: "standard",
        csi: { driver: "disk.example.com", volumeHandle: "somebodys" },
      },
    } as Manifest;
    await apply(cluster().api, volume);
    const phase = async () => (await read<PersistentVolume>("/api/v1/persistentvolumes/somebodys")).status?.phase;
    await eventually("the volume is free", async () => (await phase()) === "Available");
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "grab" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "standard",
        volumeName: "somebodys",
        resources: { requests: { storage: "1Gi" } },
      },
    } as Manifest;
    const refused = await send("acme", "persistentvolumeclaims", claim);
    expect(refusalOf(refused)).to.deep.include({ layer: "admission", names: ["storage-volume"] });
    expect(await phase()).to.equal("Available");
    await create(GRABBY, "persistentvolumeclaims", claim);
    await eventually("the volume is taken", async () => (await phase()) === "Bound");
  });

  it("a node is emptied whatever a tenant's budgets say (T21), as it is not where they are not guarded", async () => {
    const evicted = async (namespace: string, most: number) => {
      const spec = { template: { metadata: { labels: { app: "kept" } }, spec: podSpec(sceneIn(namespace)) } };
      const selector = { matchLabels: { app: "kept" } };
      const deployment = { replicas: 2, selector, ...spec };
      const named = (apiVersion: string, kind: string, rest: object) =>
        ({ apiVersion, kind, metadata: { name: "kept" }, spec: rest }) as Manifest;
      await create(namespace, "deployments", named("apps/v1", "Deployment", deployment));
      const budget = { selector, maxUnavailable: most, unhealthyPodEvictionPolicy: "AlwaysAllow" };
      const refused = await send(
        namespace,
        "poddisruptionbudgets",
        named("policy/v1", "PodDisruptionBudget", { ...budget, maxUnavailable: 0 }),
        "?dryRun=All",
      );
      await create(namespace, "poddisruptionbudgets", named("policy/v1", "PodDisruptionBudget", budget));
      const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/kept`;
      type Budget = { status?: { currentHealthy?: number; expectedPods?: number } };
      await eventually("the budget counts its pods", async () => {
        const { status } = await read<Budget>(path);
        return status?.expectedPods === 2 && status.currentHealthy === 2;
      });
      const [first] = (await podsOf(namespace)).filter(({ metadata }) => metadata?.labels?.app === "kept");
      const name = first?.metadata?.name ?? "";
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
      const answer = await cluster().api.ask(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
        method: "POST",
        body: eviction,
      });
      return { refused: refusalOf(refused).names, eviction: answer.status };
    };
    expect(await evicted("acme", 1)).to.deep.equal({ refused: ["disruption-room"], eviction: 201 });
    expect(await evicted(CLINGY, 0)).to.deep.equal({ refused: [], eviction: 429 });
  });

  it("no node has pods of two tenants of which one has it for itself, whatever they ask for", async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 100_000);
    const random = generator(seed);
    const tenants = plan.tenants.map(({ tenant }) => tenant.namespaces[0]?.name ?? "");
    const wishes = Array.from({ length: 80 }, (_, index) => {
      const namespace = tenants[Math.floor(random() * tenants.length)] ?? "";
      return { namespace, body: pod(namespace, `wish-${index}`, { container: { resources: SMALL }, ...wish(random) }) };
    });
    const answers = await Promise.all(wishes.map(({ namespace, body }) => send(namespace, "pods", body)));
    const made = answers.filter(({ status }) => status === 201).length;
    await eventually("what can be placed is placed", async () => {
      const pods = (await Promise.all(tenants.map(podsOf))).flat();
      return pods.filter(isDecided).length === pods.length;
    });
    const owners = new Map(nodesOfEstate().map(({ name, labels }) => [name, labels?.["bulkhead.dev/tenant"]]));
    const placed = (await Promise.all(tenants.map(podsOf))).flat().filter(({ spec }) => spec?.nodeName !== undefined);
    const wrong = placed
      .map(({ metadata, spec }) => ({ tenant: metadata?.namespace ?? "", owner: owners.get(spec?.nodeName ?? "") }))
      .filter(({ tenant, owner }) => owner !== (["globex", "initech"].includes(tenant) ? tenant : undefined));
    expect(wrong, `SEED=${seed}`).to.deep.equal([]);
    expect(placed.length, `SEED=${seed}`).to.be.greaterThan(10);
    showNumber(
      `mixed tenants: ${placed.length} of ${made} random pods placed, each on nodes that its tenant may use (SEED=${seed})`,
    );
  });

  it("every amount of a budget is the last (X-QT-1): one more is refused by that amount's name", async () => {
    const path = `/api/v1/namespaces/${SPARE}/resourcequotas/bulkhead-budget`;
    const { spec } = await read<ResourceQuota>(path);
    const whole = spec?.hard ?? {};
    const seen: string[] = [];
    for (const key of Object.keys(whole)) {
      await hard(path, { ...whole, [key]: "0" });
      const { resource, body, byPlatform } = wants(key, sceneIn(SPARE));
      const place = `${collection(body.apiVersion, resource, { namespace: SPARE })}?dryRun=All`;
      const answer = byPlatform
        ? await cluster().api.ask(place, { method: "POST", body })
        : await send(SPARE, resource, body, "?dryRun=All");
      const { layer, names } = refusalOf(answer);
      expect({ key, layer, names }).to.deep.equal({ key, layer: "quota", names: [`bulkhead-budget: ${key}`] });
      seen.push(key);
    }
    await hard(path, whole);
    expect(seen).to.have.members(Object.keys(whole));
    showNumber(`budget: ${seen.length} of ${seen.length} amounts refuse one more by their name`);
  });

  async function hard(path: string, amounts: Readonly<Record<string, string>>): Promise<void> {
    const { api } = cluster();
    const contentType = "application/merge-patch+json";
    const { status } = await api.ask(path, { method: "PATCH", contentType, body: { spec: { hard: amounts } } });
    expect(status).to.equal(200);
    await eventually("the quota is counted", async () => {
      const { status: now } = await read<ResourceQuota>(path);
      return JSON.stringify(sorted(now?.hard)) === JSON.stringify(sorted(amounts));
    });
  }

  it("a role that add-ons aggregate to gives a tenant nothing (T59)", async () => {
    const aggregating = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: {
        name: "addon",
        labels: Object.fromEntries(
          ["admin", "edit", "view"].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, "true"]),
        ),
      },
      rules: [{ apiGroups: ["example.com"], resources: ["widgets"], verbs: ["*"] }],
    } as Manifest;
    await apply(cluster().api, aggregating);
    type Role = { rules: { apiGroups: string[] }[] };
    await eventually("the built-in role has grown", async () => {
      const { rules } = await read<Role>("/apis/rbac.authorization.k8s.io/v1/clusterroles/admin");
      return rules.some(({ apiGroups }) => apiGroups.includes("example.com"));
    });
    const answer = await cluster().api.ask("/apis/example.com/v1/namespaces/acme/widgets", {
      headers: impersonation(sceneIn("acme").who ?? { user: "", groups: [] }),
    });
    expect(refusalOf(answer).layer).to.equal("rbac");
  });

  it("nobody is faster than the guards of a namespace that is being made (T123)", async () => {
    const { api } = cluster();
    const later = planOf({ stark: furnished("stark") });
    const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "first" }, spec: { hostPID: true, ...LOOSE } };
    const path = "/api/v1/namespaces/stark/pods?dryRun=All";
    const as = impersonation({ user: "member", groups: ["stark-admins", "system:authenticated"] });
    const tried: Answer[] = [];
    let over = false;
    const attacker = async () => {
      while (!over) tried.push(await api.ask(path, { method: "POST", body, headers: as }));
    };
    const attacking = [attacker(), attacker()];
    await applyPlan(api, later);
    await eventually(
      "rights are there",
      async () => tried.length > 0 && refusalOf(tried.at(-1) as Answer).layer === "pod-security",
    );
    over = true;
    await Promise.all(attacking);
    expect(tried.filter(({ status }) => status < 300)).to.deep.equal([]);
    const layers = new Set(tried.map((answer) => refusalOf(answer).layer));
    expect([...layers].sort()).to.deep.equal(["pod-security", "rbac"]);
    showNumber(`provisioning: ${tried.length} of ${tried.length} attacks stopped while a namespace was made`);
  });

  it("root is root in no pod that is in no user namespace, by whichever version of Pod Security (T30)", async () => {
    const outcome = async (version: string, hostUsers: boolean) => {
      const namespace = `pinned-${version.replace(".", "-")}`;
      const labels = {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": version,
      };
      await apply(cluster().api, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
      const root = { hostUsers, securityContext: { runAsUser: 0, runAsNonRoot: false } };
      const body = { ...pod("acme", "root", root), metadata: { name: "root" } };
      await eventually("pods have an account", async () => {
        const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
        return (await cluster().api.ask(path)).status === 200;
      });
      const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
      return refusalOf(await cluster().api.ask(path, { method: "POST", body })).layer;
    };
    expect(await outcome("v1.34", true)).to.equal("pod-security");
    expect(await outcome("v1.34", false)).to.equal("pod-security");
    expect(await outcome("v1.36", true)).to.equal("pod-security");
    // Since 1.35 root of a user namespace is nobody outside it, and Pod Security lets it be.
    expect(await outcome("v1.36", false)).to.equal("unknown");
  });
});

const LOOSE = { containers: [{ name: "app", image: "registry.example.com/pause:3.10" }] };

const cpu = (amount: string) => ({ cpu: amount, memory: "64Mi", "ephemeral-storage": "64Mi" });

const SMALL = { requests: cpu("10m"), limits: cpu("10m") };

function sandboxed(node: SimulatedNode): SimulatedNode {
  return { ...node, labels: { ...node.labels, "bulkhead.dev/runtime-gvisor": "true" } };
}

function isDecided({ spec, status }: Pod): boolean {
  return spec?.nodeName !== undefined || (status?.conditions ?? []).some(({ reason }) => reason === "Unschedulable");
}

/** Numbers between 0 and 1 that a seed decides (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const HOSTS = ["shared-0", "shared-1", "globex-0", "initech-0"];

/** Legal and illegal alike: nothing, a host, somebody's label, a key to everything. */
function wish(random: () => number): Record<string, unknown> {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const owner = pick(["globex", "initech"]);
  return pick<() => Record<string, unknown>>([
    () => ({}),
    () => ({}),
    () => ({}),
    () => ({ nodeSelector: { "kubernetes.io/hostname": pick(HOSTS) } }),
    () => ({ nodeSelector: { "bulkhead.dev/tenant": owner } }),
    () => ({ nodeName: pick(HOSTS) }),
    () => ({ tolerations: [{ operator: "Exists" }] }),
    () => ({ tolerations: [{ key: "bulkhead.dev/tenant", operator: "Equal", value: owner }] }),
    () => ({ runtimeClassName: `bulkhead-${owner}` }),
  ])();
}

function sorted(hardLimits: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(hardLimits ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
}
