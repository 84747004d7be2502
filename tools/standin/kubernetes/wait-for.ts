import { at, numberAt, textAt } from "../plugin/fields";
import type { Property } from "../plugin/properties";
import type { KubeObject } from "./objects";
import type { Judge, Readiness } from "./readiness";

/**
 * What the annotation pulumi.com/waitFor asks of an object: one expression, or a JSON array of which all have to come
 * true. `condition=Type` or `condition=Type=Status`; `jsonpath={.path}` or `jsonpath={.path}=value`, where this
 * provider knows paths of plain names only.
 * @throws Error for anything else, as the official provider does, which knows all of JSONPath.
 */
export function judgeOf(annotation: string): Judge["read"] {
  const judges = expressionsOf(annotation).map((expression) => judgeOfOne(expression));
  if (judges.length === 0) throw new Error("at least one condition must be specified");
  return (object) => {
    for (const judge of judges) {
      const readiness = judge(object);
      if (!("ready" in readiness)) return readiness;
    }
    return { ready: true };
  };
}

function expressionsOf(annotation: string): string[] {
  if (!annotation.startsWith("[")) return [annotation];
  const expressions: unknown = JSON.parse(annotation);
  const areTexts = Array.isArray(expressions) && expressions.every((expression) => typeof expression === "string");
  if (!areTexts) throw new Error(`${annotation} is no list of conditions`);
  return expressions;
}

function judgeOfOne(expression: string): Judge["read"] {
  if (expression.startsWith("condition=")) return conditionJudge(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return pathJudge(expression);
  throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
}

function conditionJudge(wanted: string): Judge["read"] {
  const [type = "", status = "True"] = wanted.split("=");
  return (object) => {
    const conditions = at(object, "status", "conditions");
    const found = (Array.isArray(conditions) ? conditions : []).find((entry) => same(textAt(entry, "type"), type));
    if (!observed(object)) return { waiting: "the last change has not been observed yet" };
    return until(same(textAt(found, "status"), status), `Waiting for condition ${type}=${status}`);
  };
}

function pathJudge(expression: string): Judge["read"] {
  const [, path, wanted] = /^jsonpath=\{\s*(?:\$?)((?:\.[\w-]+)+)\s*\}(?:=(.+))?$/.exec(expression) ?? [];
  if (path === undefined) throw new Error(`the stand-in kubernetes provider cannot read "${expression}"`);
  return (object) => {
    if (!observed(object)) return { waiting: "the last change has not been observed yet" };
    const found = at(object, ...path.slice(1).split("."));
    if (found === undefined) return { waiting: `{${path}} selected nothing` };
    return until(
      wanted === undefined || plain(found) === wanted,
      `Waiting for {${path}}=${wanted} (found ${plain(found)})`,
    );
  };
}

function plain(value: Property): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Where an object says up to which change its controller has come, an earlier status is none. */
function observed(object: KubeObject): boolean {
  if (at(object, "status", "observedGeneration") === undefined) return true;
  return numberAt(object, "status", "observedGeneration") >= numberAt(object, "metadata", "generation");
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function until(done: boolean, waiting: string): Readiness {
  return done ? { ready: true } : { waiting };
}
