import { expect } from "chai";
import { type ClusterApi, Unreachable } from "../../../components/cluster/api";
import { rules } from "../../../components/guardrails/guards";
import type { Manifest } from "../../../components/manifest";
import { CATALOGUE } from "../../../proof/attacks/catalogue";
import { trialsOf } from "../../../proof/attacks/paths";
import { type Result, type Run, run } from "../../../proof/attacks/run";
import type { Scene } from "../../../proof/attacks/scene";
import { Scratch } from "../../../proof/attacks/scratch";
import { grouped } from "../../../proof/grouped";
import { prove } from "../../../proof/prove";
import { useFutureControlPlane } from "../../components/guardrails/control-plane";
import { apply, remove } from "../../support/apply";
import { showNumber } from "../../support/numbers";
import { BARE_SERVER } from "./bare";
import { describeAnybody } from "./everything";
import { describeGaps, describeStrays } from "./missing";
import { keyOf, rulesOf } from "./mutants";
import { type Mutation, mutantKey, ofNamespace, trialOf, unkillable } from "./mutations";
import { lackOf, trialsWithout } from "./removals";
import { letWildcardIn, type Stage, setStage } from "./stage";
import { describeWidenedRoles } from "./widened";

const SETUP_MS = 300_000;
const PROOF_MS = 900_000;
const MUTATIONS_MS = 300_000;

/** Enough to see what is wrong, and little enough that it is shown. */
const MOST_SHOWN = 12;

const RBAC = "rbac.authorization.k8s.io";

/** Names of everything of ours in the namespaces of a plan. */
async function leftIn(api: ClusterApi, { plan }: Stage): Promise<string[]> {
  const core = ["pods", "services", "configmaps", "secrets", "replicationcontrollers"].map((kind) => `/api/v1/${kind}`);
  const apps = ["deployments", "replicasets", "statefulsets", "daemonsets"].map((kind) => `/apis/apps/v1/${kind}`);
  const kinds = [...core, ...apps, "/apis/batch/v1/jobs", "/apis/batch/v1/cronjobs"];
  const namespaces = new Set(plan.tenants.flatMap(({ tenant }) => tenant.namespaces.map(({ name }) => name)));
  const names = kinds.map(async (kind) => {
    const { items } = await api.get<{ items: { metadata: { name: string; namespace: string } }[] }>(kind);
    return items
      .filter(({ metadata }) => namespaces.has(metadata.namespace))
      .map(({ metadata }) => `${metadata.namespace}${kind.slice(kind.lastIndexOf("/"))}/${metadata.name}`);
  });
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
    // Half an hour long it may be of a proof that is under way.
    expect(await leftIn(api, stage)).to.deep.equal(["acme/services/isolation-proof-killed"]);
    const later = new Scratch(api, () => Date.now() + 31 * 60_000);
    expect(await later.clear([sceneOf("acme")])).to.deep.equal([]);
    expect(await leftIn(api, stage)).to.deep.equal([]);
  });

  it("shares a cluster with another that begins and ends in the meantime", async function () {
    this.timeout(MUTATIONS_MS);
    const { api } = cluster();
    const scene = sceneOf("acme");
    const trials = direct(scene, ["T09", "T17", "T37", "T83-update"]);
    const short = direct({ ...scene, run: "other" }, ["T09", "T83-update"]);
    const others: Promise<Run>[] = [];
    const outcome = await run(api, trials, {
      concurrency: 1,
      tell: ({ done }) => {
        if (done === 1) others.push(run(api, short));
      },
    });
    const all = [outcome, ...(await Promise.all(others))];
    expect(all.flatMap(({ results }) => results).map(({ verdict }) => verdict)).to.deep.equal(Array(6).fill("passed"));
    expect(all.flatMap(({ left }) => left)).to.deep.equal([]);
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

  const staged = () => ({ api: cluster().api, stage });

  describe("with guards taken away", () => {
    before("let somebody in who may do anything", async () => {
      await letWildcardIn(cluster().api);
    });

    describeAnybody(staged);
    describeGaps(staged);
    describeStrays(staged);

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
      showNumber(
        `walls: ${results.length} of ${results.length} taken away, one after the other, each with the next behind it`,
      );
    });

    it("has no attack that no mutation lets through, but what is too large for the API's own grammar", () => {
      expect(unkillable(stage.scenes)).to.have.members(["T111", "T111-annotations", ...BARE_SERVER.stops]);
      const attacks = Object.values(CATALOGUE).flat().length;
      showNumber(
        `mutations: ${attacks - 2} of ${attacks} attacks let through once their guards are gone, ${BARE_SERVER.stops.length} of them on a server without its plugins; T111 and T111-annotations only the API's grammar stops`,
      );
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

  describeWidenedRoles(staged);
});
