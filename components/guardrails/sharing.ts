import { texts } from "./facts";
import { isSpecific } from "./matrix";
import type { Guard, Rule } from "./rule";
import type { Target } from "./targets";

/**
 * Guards that name the same policy, as one. For each policy the server makes the object, its namespace and the request
 * ready anew, four times over, and that takes longer than all the rules (docs/decisions/0036).
 */
export function sharingPolicies(guards: readonly Guard[]): Guard[] {
  const shares = new Map<string, Guard[]>();
  for (const guard of guards) shares.set(guard.policy, [...(shares.get(guard.policy) ?? []), guard]);
  return [...shares.values()].map(shared);
}

function shared(guards: readonly Guard[]): Guard {
  const [first, ...others] = guards;
  if (!first) throw new TypeError("a policy holds at least one guard");
  if (others.length === 0) return { ...first, name: first.policy };
  const on = together(guards.flatMap((guard) => guard.on));
  const concerns = new Set(guards.map(({ concern }) => concern));
  return {
    name: first.policy,
    policy: first.policy,
    concern: concerns.size === 1 ? first.concern : first.policy,
    on,
    reach: first.reach,
    // A condition would be another time that everything is made ready, for the sake of requests that are rare.
    when: {},
    facts: [...new Set(guards.flatMap(({ facts }) => facts))],
    variables: agreed([
      ["request", REQUEST],
      ...guards.flatMap((guard) => Object.entries(guard.variables)),
      ...guards.flatMap(({ when }) => Object.entries(when).map(([name, is]): Named => [inCamelCase(name), is])),
      ...guards.map((guard): Named => [concerned(guard), concernOf(guard, on)]),
    ]),
    rules: guards.flatMap((guard) => guard.rules.map((rule) => whereConcerned(rule, guard))),
  };
}

type Named = readonly [name: string, expression: string];

/** What is asked for, spelt as in the matrix: `UPDATE /pods/status`. */
const REQUEST = `request.operation + " " + request.resource.group + "/" + request.resource.resource + (request.?subResource.orValue("") == "" ? "" : "/" + request.subResource)`;

function spelt({ group, resource, operations }: Target): string[] {
  return operations.map((operation) => `${operation} ${group}/${resource}`);
}

/** Whether a request is a guard's business: one of its own that the others of the policy do not share, and its conditions. */
function concernOf({ on, when }: Guard, all: readonly Target[]): string {
  const own = on.flatMap(spelt);
  const isAll = all.flatMap(spelt).every((request) => own.includes(request));
  if (!isAll && !on.every(isSpecific))
    throw new TypeError("a guard of everything shares with guards of everything only");
  const conditions = Object.keys(when).map((name) => `variables.${inCamelCase(name)}`);
  return [...(isAll ? [] : [`variables.request in ${texts(own)}`]), ...conditions].join(" && ") || "true";
}

function whereConcerned(rule: Rule, guard: Guard): Rule {
  return { ...rule, require: `!variables.${concerned(guard)} || (${rule.require})` };
}

function concerned({ name }: Guard): string {
  return inCamelCase(`concerns-${name}`);
}

/** CEL knows no dashes in names. */
function inCamelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Each resource once, with the operations of all. */
function together(targets: readonly Target[]): Target[] {
  const merged = new Map<string, Target>();
  for (const target of targets) {
    const key = [target.group, target.resource, ...target.versions].join(" ");
    const operations = [...(merged.get(key)?.operations ?? []), ...target.operations];
    merged.set(key, { ...target, operations: [...new Set(operations)] });
  }
  return [...merged.values()];
}

function agreed(variables: readonly Named[]): Record<string, string> {
  const agreed: Record<string, string> = {};
  for (const [name, expression] of variables) {
    if ((agreed[name] ?? expression) !== expression) throw new TypeError(`${name} means two things in one policy`);
    agreed[name] = expression;
  }
  return agreed;
}
