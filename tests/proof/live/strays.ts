import type { ClusterApi } from "../../../components/cluster/api";
import type { Manifest } from "../../../components/manifest";
import type { Plan } from "../../../components/plan";
import { bystanderTrials } from "../../../proof/attacks/bystander";
import type { Trial } from "../../../proof/attacks/paths";
import type { SceneFacts } from "../../../proof/attacks/scene";
import type { Wall } from "../../../proof/attacks/walls";
import { applyAll } from "../../support/apply";
import { keyOf, WITHOUT_LABEL } from "./mutants";

/** A namespace that nobody labelled and whose guards lack what stops some attacks out of it. */
export interface StrayMutant {
  /** Name of the namespace too. */
  readonly id: string;
  readonly walls: readonly Wall[];
  readonly trials: readonly Trial[];
}

export function strayMutants(plan: Plan, facts: SceneFacts): StrayMutant[] {
  const tried = bystanderTrials(plan, facts).filter(({ attack, scene }) => attack.unless?.(scene) === undefined);
  const lacks = [...new Map(tried.map(({ walls }) => [keyOf(walls), walls])).values()];
  return lacks.map((walls, index) => {
    const id = `stray${index}`;
    const trials = bystanderTrials(plan, facts, id).filter((trial) => keyOf(trial.walls) === keyOf(walls));
    return { id, walls, trials: trials.filter(({ attack, scene }) => attack.unless?.(scene) === undefined) };
  });
}

/** With the Service that every cluster has in the namespace that strays stand for. */
export async function furnishStrays(api: ClusterApi, strays: readonly StrayMutant[]): Promise<void> {
  await applyAll(
    api,
    strays.map(({ id }) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: id, labels: { [WITHOUT_LABEL]: id } },
    })),
  );
  const spec = { clusterIP: "None", ports: [{ port: 443 }] };
  await applyAll(
    api,
    strays.map(
      ({ id }) =>
        ({ apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", namespace: id }, spec }) as Manifest,
    ),
  );
}
