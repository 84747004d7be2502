import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { templateCoverage } from "../../../proof/attacks/coverage";
import { DIRECT, type Trial, trialsOf } from "../../../proof/attacks/paths";
import { run } from "../../../proof/attacks/run";
import type { Scene } from "../../../proof/attacks/scene";
import { tally } from "../../../proof/attacks/tally";
import { showNumber } from "../../support/numbers";
import { isRight, tryable, WILDCARD } from "./mutations";
import type { Stage } from "./stage";

const PROOF_MS = 600_000;
const MOST_SHOWN = 12;

/** The whole catalogue by somebody who may do anything in the namespace, so that what stands behind RBAC stands alone. */
function trialsByAnybody(scene: Scene): Trial[] {
  const widened = { ...scene, who: WILDCARD };
  return tryable(scene)
    .flatMap((attack) => trialsOf(attack, widened, templateCoverage()))
    .filter(({ path }) => !path.startsWith("made by"))
    .map((trial) => ({ ...trial, walls: trial.walls.filter((wall) => !isRight(wall)) }))
    .filter(({ walls }) => walls.length > 0)
    .map((trial) => ({ ...trial, control: legalFor(trial) }));
}

/** The closest legal request of somebody whose role was widened. */
function legalFor({ attack, path, control }: Trial) {
  return path === DIRECT ? (attack.widenedControl ?? control) : control;
}

/** One tenant of each kind that the guards tell apart. */
const KINDS: ReadonlySet<string> = new Set(["acme", "globex", "hooli", "contoso", "frost", "exodus"]);

export function describeAnybody(staged: () => { readonly api: ClusterApi; readonly stage: Stage }): void {
  it("stops somebody who may do anything in the namespace as well, by all guards but RBAC", async function () {
    this.timeout(PROOF_MS);
    const { api, stage } = staged();
    const scenes = stage.scenes.filter(({ tenant }) => KINDS.has(tenant.tenant.id));
    const trials = scenes.flatMap(trialsByAnybody);
    const { results, left } = await run(api, trials);
    const open = results.filter(({ verdict }) => verdict === "failed" || verdict === "inconclusive");
    expect(
      open
        .map(
          ({ namespace, attack, path, expected, reason }) => `${namespace} ${attack} ${path}: ${expected}: ${reason}`,
        )
        .slice(0, MOST_SHOWN),
    ).to.deep.equal([]);
    expect(left).to.deep.equal([]);
    const { passed, untestable } = tally(results);
    showNumber(
      `by somebody who may do anything: ${passed} of ${passed} attacks stopped behind RBAC, ${untestable} not testable`,
    );
    expect(passed).to.be.greaterThan(1500);
    // Where only RBAC stands in the way, the sweeps show that it does.
    const ways = new Set(results.map(({ path }) => path));
    expect(ways).to.include.all.keys("in a ReplicationController", "by a patch of a ReplicationController");
  });
}
