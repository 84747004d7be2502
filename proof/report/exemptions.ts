import { SYSTEM_NAMESPACES } from "../../components/guardrails/bindings";
import { guards } from "../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../components/guardrails/identities";
import type { Guard } from "../../components/guardrails/rule";
import type { Plan } from "../../components/plan";

/** Somebody or something that rules of the guardrails let pass. */
export interface Exemption {
  /** As `group system:masters`, `namespace kube-system`, `tolerations kubernetes.io/arch`. */
  readonly what: string;
  /** Ids of the rules; empty for all of them. */
  readonly rules: readonly string[];
  /** Whether the estate says so, or the guardrails do by themselves. */
  readonly by: "estate" | "guardrails";
}

/** All there are: read from the rules themselves, so that none is forgotten here. */
export function exemptionsOf({ estate }: Plan): Exemption[] {
  const { exemptions, platformNamespaces } = estate.guardrails;
  const { platformIdentities: _, schedulers: __, statusWriters: ___, ...named } = exemptions;
  const own = trusted(guards(NO_EXEMPTIONS));
  const all = trusted(guards({ ...NO_EXEMPTIONS, ...exemptions }));
  return [
    ...SYSTEM_NAMESPACES.map((name) => exemption(`namespace ${name}`, [], "guardrails")),
    ...platformNamespaces.map((name) => exemption(`namespace ${name}`, [], "estate")),
    ...[...all].map(([who, rules]) => exemption(who, [...rules].sort(), own.has(who) ? "guardrails" : "estate")),
    ...Object.entries(named).flatMap(([field, values]) =>
      values.map((value) => exemption(`${field} ${value}`, rulesOver(field), "estate")),
    ),
  ];
}

function exemption(what: string, rules: readonly string[], by: Exemption["by"]): Exemption {
  return { what, rules, by };
}

/** A mark that stands in no expression unless an exemption puts it there. */
const MARK = "mark.exempted.invalid";

/** Rules whose expressions change with an exemption. */
function rulesOver(field: string): string[] {
  const marked = guards({ ...NO_EXEMPTIONS, [field]: [MARK] }).flatMap(({ rules }) => rules);
  return [...new Set(marked.filter(({ require }) => require.includes(MARK)).map(({ id }) => id))].sort();
}

const TEXTS = String.raw`\[((?:"(?:[^"\\]|\\.)*"(?:, )?)*)\]`;
const USERS = new RegExp(String.raw`request\.userInfo\.username in ${TEXTS}`, "g");
const GROUPS = new RegExp(String.raw`exists\(group, group in ${TEXTS}\)`, "g");

/** Everybody whom an expression names as somebody to be let pass, with the rules that read it. */
function trusted(all: readonly Guard[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { when, variables, rules } of all) {
    for (const { id, require } of rules) {
      const read = Object.entries(variables).filter(([name]) => reads(require, name, variables));
      const expressions = [require, ...Object.values(when), ...read.map(([, expression]) => expression)];
      for (const who of expressions.flatMap(named)) found.set(who, (found.get(who) ?? new Set<string>()).add(id));
    }
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whether an expression reads a variable, be it by another. */
function reads(expression: string, name: string, variables: Guard["variables"]): boolean {
  if (expression.includes(`variables.${name}`)) return true;
  const direct = Object.keys(variables).filter((other) => other !== name && expression.includes(`variables.${other}`));
  return direct.some((other) => (variables[other] ?? "").includes(`variables.${name}`));
}

function named(expression: string): string[] {
  const texts = (list: string | undefined): string[] => JSON.parse(`[${list ?? ""}]`);
  return [
    ...[...expression.matchAll(USERS)].flatMap(([, list]) => texts(list).map((user) => `user ${user}`)),
    ...[...expression.matchAll(GROUPS)].flatMap(([, list]) => texts(list).map((group) => `group ${group}`)),
    ...(expression.includes("variables.account != request.namespace") ? ["accounts of namespaces of no tenant"] : []),
  ];
}
