import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { run } from "../../../proof/attacks/run";
import type { Scene } from "../../../proof/attacks/scene";
import { showNumber } from "../../support/numbers";
import { POLICIES, trialsThrough } from "./gaps";
import { mutantKey } from "./mutations";
import type { Stage } from "./stage";

const MUTATIONS_MS = 300_000;
const MOST_SHOWN = 12;

interface Staged {
  readonly api: ClusterApi;
  readonly stage: Stage;
}

/** A rule is several: one for pods, one for templates, one for templates in templates. Each is missed when it is gone. */
export function describeGaps(staged: () => Staged): void {
  for (const policy of POLICIES) {
    it(`lets an attack in by exactly the ways on which a rule is missing, for each rule on ${policy}`, async function () {
      this.timeout(MUTATIONS_MS);
      const { api, stage } = staged();
      const gaps = stage.gaps.filter((gap) => gap.policy === policy);
      const tried = gaps.flatMap((gap) => trialsThrough(gap, sceneWithout(stage, gap)));
      const { results } = await run(
        api,
        tried.map(({ trial }) => trial),
      );
      const open = new Set(tried.filter((it) => it.open).map(({ trial }) => keyOf(trial.scene.namespace, trial)));
      const wrong = results.filter((result) => {
        const expected = open.has(keyOf(result.namespace, { attack: { id: result.attack }, path: result.path }));
        return expected ? !result.reason.startsWith("got through") : result.verdict !== "passed";
      });
      expect(
        wrong
          .map(({ namespace, attack, path, reason }) => `${namespace} ${attack} ${path}: ${reason}`)
          .slice(0, MOST_SHOWN),
      ).to.deep.equal([]);
      expect(gaps.length).to.equal({ pods: 20, templates: 18, cronjobs: 18 }[policy]);
      showNumber(
        `guards on ${policy}: ${gaps.length} of ${gaps.length} missed by exactly their ways when they are gone`,
      );
    });
  }
}

function keyOf(namespace: string, { attack, path }: { attack: { id: string }; path: string }): string {
  return `${namespace} ${attack.id} ${path}`;
}

function sceneWithout({ mutants, mutantScenes, scenes }: Stage, gap: Stage["gaps"][number]): Scene {
  const mutant = mutants.get(mutantKey(gap.kind, gap.lacks));
  const scene = mutant && mutantScenes.get(mutant.id);
  const whole = scenes.find(({ tenant }) => tenant.tenant.id === gap.kind);
  if (!scene || !whole) throw new Error(`no mutant of ${gap.kind} without ${gap.rule} on ${gap.policy}`);
  return { ...scene, victim: whole.victim, landlord: whole.landlord };
}

/** What keeps strays out of everybody's nodes is a guard of their own namespace. */
export function describeStrays(staged: () => Staged): void {
  it("lets strays reach for others where the guards of their namespace are gone", async function () {
    this.timeout(MUTATIONS_MS);
    const { api, stage } = staged();
    const { results } = await run(
      api,
      stage.strays.flatMap(({ trials }) => trials),
    );
    const stopped = results.filter(({ reason }) => !reason.startsWith("got through"));
    expect(stopped.map(({ attack, victim, reason }) => `${attack} on ${victim}: ${reason}`)).to.deep.equal([]);
    expect(results.length).to.be.greaterThan(30);
    showNumber(
      `strays: ${results.length} of ${results.length} attacks out of a namespace of nobody let through without their guard`,
    );
  });
}
