import { hasUnknown, isMap, type Property, type PropertyMap } from "../../plugin/properties";
import type { Kind } from "../kind";
import { complaint } from "../kind";

/** A policy is kept as text, however the program gives it. */
export function policyText(value: Property | undefined): Property {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

type Purpose = "trust" | "permission" | "resource";

/** IAM user guide, "Grammar of the IAM JSON policy language". */
export function documentRules(property: string, purpose: Purpose): NonNullable<Kind["rules"]> {
  return [(inputs) => documentFaults(inputs[property], purpose).flatMap((reason) => complaint(property, reason))];
}

function documentFaults(value: Property | undefined, purpose: Purpose): string[] {
  if (value === undefined || value === null || hasUnknown(value)) return [];
  const document = parsed(value);
  if (!isMap(document)) return ["contains an invalid JSON policy: not a JSON object"];
  const version = ["2012-10-17", "2008-10-17"].includes(String(document.Version));
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement ?? null];
  return [
    ...(version ? [] : ["MalformedPolicyDocument: the policy must contain a valid version string"]),
    ...(statements.length === 0 ? ["MalformedPolicyDocument: Syntax errors in policy."] : []),
    ...statements.flatMap((statement) => statementFaults(statement, purpose)),
  ];
}

function parsed(value: Property): Property {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Property;
  } catch {
    return null;
  }
}

const ELEMENTS = "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" ");

function statementFaults(statement: Property, purpose: Purpose): string[] {
  if (!isMap(statement)) return ["MalformedPolicyDocument: Syntax errors in policy."];
  const strange = Object.keys(statement).filter((key) => !ELEMENTS.includes(key));
  const one = (name: string) => (statement[name] === undefined) !== (statement[`Not${name}`] === undefined);
  const none = (name: string) => statement[name] === undefined && statement[`Not${name}`] === undefined;
  const faults: [boolean, string][] = [
    [strange.length > 0, `Syntax errors in policy: ${strange.join(", ")}`],
    [!["Allow", "Deny"].includes(String(statement.Effect)), "Syntax errors in policy: Effect is Allow or Deny"],
    [!one("Action"), "Policy statement must contain actions."],
    [purpose === "trust" && !none("Resource"), "Has prohibited field Resource"],
    [purpose === "trust" && !one("Principal"), "Missing required field Principal"],
    [purpose === "permission" && !one("Resource"), "Policy statement must contain resources."],
    [purpose === "permission" && !none("Principal"), "Policy document should not specify a principal."],
    [purpose === "resource" && !one("Principal"), "Missing required field Principal"],
  ];
  return faults.filter(([wrong]) => wrong).map(([, reason]) => `MalformedPolicyDocument: ${reason}`);
}

/** Services that a role lets take it on, as eks.amazonaws.com. */
export function trustedServices(document: Property | undefined): string[] {
  return principalsOf(document, "Service");
}

/** Whom statements of one kind of principal allow something, as Service or AWS. */
export function principalsOf(document: Property | undefined, kind: string): string[] {
  const { Statement } = (isMap(parsed(document ?? null)) ? parsed(document ?? null) : {}) as PropertyMap;
  const statements = Array.isArray(Statement) ? Statement : [Statement ?? null];
  return statements.flatMap((statement) => {
    if (!isMap(statement) || statement.Effect !== "Allow" || !isMap(statement.Principal)) return [];
    const named = statement.Principal[kind];
    return (Array.isArray(named) ? named : [named]).filter((name) => typeof name === "string");
  });
}
