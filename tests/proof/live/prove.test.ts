import { expect } from "chai";
import { type ClusterApi, Unreachable } from "../../../components/cluster/api";
import { rules } from "../../../components/guardrails/guards";
import type { Manifest } from "../../../components/manifest";
import { CATALOGUE } from "../../../proof/attacks/catalogue";
import { trialsOf } from "../../../proof/attacks/paths";
import { type Result, run } from "../../../proof/attacks/run";
import type { Scene } from "../../../proof/attacks/scene";
import { grouped } from "../../../proof/grouped";
import { prove } from "../../../proof/prove";
import { useFutureControlPlane } from "../../components/guardrails/control-plane";
import { apply, remove } from "../../support/apply";
import { keyOf, rulesOf } from "./mutants";
import { type Mutation, mutantKey, ofNamespace, trialOf, unkillable } from "./mutations";
import { lackOf, trialsWithout } from "./removals";
import { letWildcardIn, type Stage, setStage } from "./stage";

const SETUP_MS = 300_000;
const PROOF_MS = 900_000;
const MUTATIONS_MS = 300_000;

/** Enough to see what is wrong, and little enough that it is shown. */
const MOST_SHOWN = 12;

const RBAC = "rbac.authorization.k8s.io";

/** Names of everything of ours in the namespaces of a plan. */
async function leftIn(api: ClusterApi, { plan }: Stage): Promise<string[]> {
  const kinds = ["pods", "services", "configmaps", "secrets"];
  const names = plan.tenants
    .flatMap(({ tenant }) => tenant.namespaces)
    .flatMap(({ name }) =>
      kinds.map(async (kind) => {
        const { items } = await api.get<{ items: { metadata: { name: string } }[] }>(
          `/api/v1/namespaces/${name}/${kind}`,
        );
        return items.map(({ metadata }) => `${name}/${kind}/${metadata.name}`);
      }),
    );
  return (await Promise.all(names)).flat().filter((name) => name.includes("isolation-proof"));
}

const brief = ({ namespace, attack, path, expected, reason }: Result) =>
  `${namespace} ${attack} ${path}: ${expected}: ${reason}`;

describe("a proof on a real API server", () => {
  const cluster = useFutureControlPlane();
  let stage: Stage;

  before("set the stage", async function () {
    this.timeout(SETUP_MS);
    stage = await setStage(cluster().api, cluster().kubeconfig);
  });

  const direct = (scene: Scene, ids: readonly string[]) =>
    Object.values(CATALOGUE)
      .flat()
      .filter(({ id }) => ids.includes(id))
      .flatMap((attack) => trialsOf(attack, scene, () => false).slice(0, 1));

  const sceneOf = (tenant: string) => {
    const found = stage.scenes.find((scene) => scene.tenant.tenant.id === tenant);
    if (!found) throw new Error(`no scene of ${tenant}`);
    return found;
  };

  it("shows every attack stopped by whom it should be, and leaves nothing behind", async function () {
    this.timeout(PROOF_MS);
    const { api } = cluster();
    const { results, broken, strangers } = await prove(stage.plan, api, { breadth: "whole" });
    const open = results.filter(({ verdict }) => verdict === "failed" || verdict === "inconclusive");
    expect(open.map(brief).slice(0, MOST_SHOWN)).to.deep.equal([]);
    expect(broken).to.equal(undefined);
    // The mutants are tenants of nobody's estate.
    expect(strangers.filter(({ tenant }) => tenant !== undefined && !tenant.startsWith("mutant"))).to.deep.equal([]);
    expect(await leftIn(api, stage)).to.deep.equal([]);
    const met = new Set(results.filter(({ verdict }) => verdict === "passed").map(({ layer }) => layer));
    expect(met).to.include.all.keys(
      ...["rbac", "pod-security", "admission", "runtime-class", "priority", "limits", "quota", "node-authorizer"],
      ...["node-restriction", "mutation", "schema"],
    );
  });

  it("removes what it made when it is interrupted, and keeps what it found", async function () {
    this.timeout(MUTATIONS_MS);
    const { api } = cluster();
    const interruption = new AbortController();
    const trials = direct(sceneOf("acme"), ["T09", "T17", "T19", "T37", "T107", "T72", "T83-update", "T85-update"]);
    const outcome = await run(api, trials, {
      concurrency: 1,
      signal: interruption.signal,
      tell: ({ done }) => done === 3 && interruption.abort(),
    });
    expect(outcome.broken).to.equal("interrupted");
    expect(outcome.results).to.have.length(3);
    expect(await leftIn(api, stage)).to.deep.equal([]);
  });

  it("keeps what it found when the server goes away, and says so", async function () {
    this.timeout(MUTATIONS_MS);
    const { api } = cluster();
    let asked = 0;
    const failing = Object.create(api) as ClusterApi;
    failing.ask = (path, ask) =>
      asked++ < 4 ? api.ask(path, ask) : Promise.reject(new Unreachable("the server does not answer"));
    const outcome = await run(failing, direct(sceneOf("acme"), ["T06", "T07", "T10", "T25", "T26", "T27"]), {
      concurrency: 1,
    });
    expect(outcome.broken).to.equal("the server does not answer");
    expect(outcome.results.map(({ verdict }) => verdict)).to.deep.equal(["passed", "passed", "passed"]);
  });

  it("says that it needs a newer Kubernetes", async () => {
    const { api } = cluster();
    const old = Object.create(api) as ClusterApi;
    const version = { gitVersion: "v1.29.4-eks-1", major: "1", minor: "29+" };
    old.ask = (path, ask) =>
      path === "/version" ? Promise.resolve({ status: 200, body: version, warnings: [] }) : api.ask(path, ask);
    const why = await prove(stage.plan, old).then(String, ({ message }: Error) => message);
    expect(why).to.match(/ is Kubernetes v1\.29\.4-eks-1; the guardrails need 1\.30 or newer$/);
  });

  it("removes what an earlier proof could not, because it was killed", async function () {
    this.timeout(MUTATIONS_MS);
    const { api } = cluster();
    const labels = { "app.kubernetes.io/part-of": "isolation-proof" };
    const metadata = { name: "isolation-proof-killed", namespace: "acme", labels };
    await apply(api, { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80 }] } } as Manifest);
    await run(api, direct(sceneOf("acme"), ["T06"]));
    expect(await leftIn(api, stage)).to.deep.equal([]);
  });

  it("is refuted by a binding that the estate does not know", async function () {
    this.timeout(MUTATIONS_MS);
    const { api } = cluster();
    const binding = {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata: { name: "favour", namespace: "acme" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "Group", apiGroup: RBAC, name: "globex-admins" }],
    };
    await apply(api, binding);
    try {
      const proof = await prove(stage.plan, api, { tenants: ["globex"], attacks: ["T103"] });
      expect(proof.strangers).to.deep.include({
        tenant: "acme",
        claims: ["privacy"],
        finding: "Group globex-admins has view in acme by favour",
      });
    } finally {
      await remove(api, binding);
    }
  });

  describe("with guards taken away", () => {
    before("let somebody in who may do anything", async () => {
      await letWildcardIn(cluster().api);
    });

    const played = async (mutations: readonly Mutation[]) => {
      const trials = mutations.map((mutation) => {
        const mutant = stage.mutants.get(mutantKey(mutation.kind, ofNamespace(mutation.removed)));
        const whole = sceneOf(mutation.kind);
        const scene = mutant && stage.mutantScenes.get(mutant.id);
        // Neighbours stay real ones: a mutant's are mutants, who lack guards of their own.
        return trialOf(mutation, scene ? { ...scene, victim: whole.victim, landlord: whole.landlord } : whole);
      });
      const { results } = await run(cluster().api, trials);
      return results;
    };

    it("lets each attack through that nobody else stops, and nothing that somebody does", async function () {
      this.timeout(MUTATIONS_MS);
      const results = await played(stage.mutations);
      const wrong = results.filter(({ expected, verdict, reason }) =>
        expected.includes("nobody is left") ? !reason.startsWith("got through") : verdict !== "passed",
      );
      expect(wrong.map(brief)).to.deep.equal([]);
      expect(results.length).to.be.greaterThan(300);
    });

    it("has no attack that no mutation lets through, but those that the API server itself stops", () => {
      expect(unkillable(stage.scenes)).to.have.members([
        // Its own grammar, and its own stamp on every pod.
        ...["T111", "T111-annotations", "T15", "T15-preemption", "T15-overhead"],
        // Its rule that nobody is issued a certificate of a system group.
        "T68",
        // What it lets nodes do, which is a plugin and an authorizer of the whole server.
        ...["T125", "T125-taint", "T125-other", "T126", "T126-secrets", "T126-configmaps", "T126-pods"],
        ...["T126-claim", "T126-pod", "T127", "T128"],
      ]);
    });

    it("turns red for every single guard, and for a rule by the attacks that name it only", async function () {
      this.timeout(PROOF_MS);
      const removed = stage.removals.map((removal) => {
        const mutant = stage.mutants.get(mutantKey(removal.kind, lackOf(removal)));
        const scene = mutant && stage.mutantScenes.get(mutant.id);
        if (!scene) throw new Error(`no mutant of ${removal.kind} without ${keyOf(lackOf(removal))}`);
        const { victim, landlord } = sceneOf(removal.kind);
        const trials = trialsWithout(removal, { ...scene, victim, landlord });
        return { ...removal, trials, namespace: scene.namespace };
      });
      const { results } = await run(
        cluster().api,
        removed.flatMap(({ trials }) => trials),
      );
      const red = grouped(
        results.filter(({ verdict }) => verdict === "failed"),
        ({ namespace }) => namespace,
      );
      const unseen = removed.filter(({ namespace }) => !red.has(namespace));
      expect(unseen.map(({ guard }) => keyOf([guard]))).to.deep.equal([]);
      const others = removed
        .filter(({ guard, before }) => guard.layer === "admission" && before.length === 0)
        .flatMap(({ namespace, guard }) =>
          (red.get(namespace) ?? []).filter(
            ({ expected }) => !rulesOf([guard]).some((rule) => expected.includes(rule)),
          ),
        );
      expect(others.map(brief).slice(0, MOST_SHOWN)).to.deep.equal([]);
      expect(removed.flatMap(({ guard }) => rulesOf([guard]))).to.have.members(rules.map(({ id }) => id));
    });
  });
});
