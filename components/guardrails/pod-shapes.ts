import { type Guard, type GuardParts, guard, type Rule } from "./rule";
import { cronJobs, pods, type Target, templates } from "./targets";

/** A kind of object with a pod in it. */
export interface PodShape {
  readonly name: "pods" | "templates" | "cronjobs";
  readonly on: readonly Target[];
  /** Where the metadata and spec of the pod are. */
  readonly path: string;
}

export const POD: PodShape = { name: "pods", on: [pods], path: "" };
export const TEMPLATE: PodShape = { name: "templates", on: templates, path: ".spec.template" };
export const CRON_JOB: PodShape = { name: "cronjobs", on: [cronJobs], path: ".spec.jobTemplate.spec.template" };

type PodGuard = Omit<GuardParts, "name" | "on">;

/**
 * A guard for pods of one shape. Its expressions say `pod` and `before` for what they judge and what that was before
 * an update; both are written out in full, since the server checks the types of paths but not of variables.
 */
export function guardOfPods(shape: PodShape, parts: PodGuard, more: readonly Target[] = []): Guard {
  const { when, variables, rules, concern, ...rest } = parts;
  return guard({
    ...rest,
    name: `${concern}-${shape.name}`,
    policy: shape.name,
    concern,
    on: [...shape.on, ...more],
    when: placed({ ...SPEC_CHANGES, ...when }, shape),
    variables: placed(variables ?? {}, shape),
    rules: rules.map((rule) => placedRule(rule, shape)),
  });
}

/**
 * An update that leaves the pod's spec alone is not judged: what was there before the guardrails goes on, and
 * controllers can always count, adopt and clean up.
 */
const SPEC_CHANGES = { "spec-changes": "oldObject == null || pod.spec != before.spec" };

function placedRule(rule: Rule, shape: PodShape): Rule {
  const advice = rule.advice === undefined ? {} : { advice: inFull(rule.advice, shape) };
  return { ...rule, require: inFull(rule.require, shape), ...advice };
}

function placed(expressions: Readonly<Record<string, string>>, shape: PodShape): Record<string, string> {
  return Object.fromEntries(Object.entries(expressions).map(([name, expression]) => [name, inFull(expression, shape)]));
}

function inFull(expression: string, { path }: PodShape): string {
  return expression.replaceAll(/\bpod\./g, `object${path}.`).replaceAll(/\bbefore\./g, `oldObject${path}.`);
}

/** CEL that holds of all containers of the pod at a path, of all three kinds. `holds` reads one as `c`. */
export function allContainers(pod: string, holds: string): string {
  return `${ordinaryContainers(pod, holds)} && ${pod}.spec.?ephemeralContainers.orValue([]).all(c, ${holds})`;
}

/** The same without ephemeral containers, which have neither resources nor ports nor probes. */
export function ordinaryContainers(pod: string, holds: string): string {
  return `${pod}.spec.containers.all(c, ${holds}) && ${pod}.spec.?initContainers.orValue([]).all(c, ${holds})`;
}
