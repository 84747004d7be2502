import { guards } from "../../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../../components/guardrails/identities";
import { type Attack, wallsOf } from "../../../proof/attacks/attack";
import { templateCoverage } from "../../../proof/attacks/coverage";
import { isPodStep } from "../../../proof/attacks/legal";
import { type Trial, trialsOf } from "../../../proof/attacks/paths";
import type { Scene } from "../../../proof/attacks/scene";
import type { Wall } from "../../../proof/attacks/walls";
import { inPolicy, isBuiltIn } from "./mutants";
import { isRight, ofNamespace, tryable } from "./mutations";

/** What pods are judged by: as they are, in templates of controllers, and in templates within templates. */
export const POLICIES = ["pods", "templates", "cronjobs"] as const;
type Policy = (typeof POLICIES)[number];

/** A rule that is missing from one of those policies, and an attack that only this rule stops. */
export interface Gap {
  readonly kind: string;
  readonly rule: string;
  readonly policy: Policy;
  readonly attack: Attack;
  /** The rule in that policy, and whoever else would stop the attack. */
  readonly lacks: readonly Wall[];
}

/** Each rule on pods in each policy that has it, by the attack that has the fewest others in its way. */
export function gapsOf(scenes: readonly Scene[]): Gap[] {
  return POLICIES.flatMap((policy) => {
    const rules = new Set(guards(NO_EXEMPTIONS).flatMap((guard) => (guard.policy === policy ? guard.rules : [])));
    return [...new Set([...rules].map(({ id }) => id))].flatMap((rule) => best(scenes, rule, policy));
  });
}

function best(scenes: readonly Scene[], rule: string, policy: Policy): Gap[] {
  const candidates = scenes
    .flatMap((scene) =>
      tryable(scene).flatMap((attack) => {
        const others = othersThan(rule, attack, scene);
        return others ? [{ scene, attack, others }] : [];
      }),
    )
    .sort((one, other) => one.others.length - other.others.length);
  const found = candidates.find(({ scene, attack }) =>
    trialsThrough({ attack, rule, policy }, scene).some(({ open }) => open),
  );
  if (!found) return [];
  const { scene, attack, others } = found;
  return [{ kind: scene.tenant.tenant.id, rule, policy, attack, lacks: [...others, inPolicy(rule, policy)] }];
}

/** The walls besides the rule; undefined where the rule is not alone in its row, or others cannot be taken away. */
function othersThan(rule: string, attack: Attack, scene: Scene): Wall[] | undefined {
  if (!isPodStep(attack.control) || !isPodStep(attack.attack)) return undefined;
  const walls = wallsOf(attack, scene);
  const others = walls.filter((wall) => !isAlone(wall, rule));
  const fixed = others.some((wall) => isRight(wall) || isBuiltIn(wall) || wall.layer === "admission");
  return fixed || others.length === walls.length ? undefined : ofNamespace(others);
}

const isAlone = ({ layer, names = [] }: Wall, rule: string) =>
  layer === "admission" && names.length === 1 && names[0] === rule;

/** The attack by all ways into the cluster, and whether a way is open where the policy lacks the rule. */
export function trialsThrough(
  { attack, rule, policy }: Pick<Gap, "attack" | "rule" | "policy">,
  scene: Scene,
): { readonly trial: Trial; readonly open: boolean }[] {
  return trialsOf(attack, scene, templateCoverage())
    .map((trial) => ({ ...trial, walls: trial.walls.filter((wall) => isAlone(wall, rule)) }))
    .filter(({ walls }) => walls.length > 0)
    .map((trial) => ({ trial, open: policyOn(trial.path) === policy }));
}

function policyOn(path: string): Policy {
  const kind = /^(?:in|by a patch of) a (\w+)$/.exec(path)?.[1] ?? "Pod";
  if (kind === "CronJob") return "cronjobs";
  return kind === "Pod" ? "pods" : "templates";
}
