import { closest, distance } from "fastest-levenshtein";

/** One thing the user can mend. */
export interface Problem {
  /** Where: keys and list positions from the top of the stack's configuration. */
  readonly path: readonly PropertyKey[];
  /** The offending value; left out where the field itself is the problem. */
  readonly value?: unknown;
  /** What is wrong and what to write instead, in lower case, without a full stop. */
  readonly rule: string;
}

/** Everything wrong with a stack's configuration, in one message. Shown without a stack trace. */
export class ConfigError extends Error {
  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    super(report(source, problems));
    this.name = "ConfigError";
  }
}

function report(source: string, problems: readonly Problem[]): string {
  const lines = [...new Set(problems.map(formatProblem))];
  const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
  return [`${source}: ${count}`, ...lines.map((line) => `  ${line}`)].join("\n");
}

export function formatProblem(problem: Problem): string {
  const path = formatPath(problem.path);
  const value = "value" in problem ? `${quote(problem.value)} ` : "";
  return `${path}: ${value}${problem.rule}`;
}

/** `tenants.acme.network.egress[0].tenant`, as one would write it in JavaScript. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index ? "." : ""}${String(part)}`))
    .join("");
}

const LONGEST_QUOTE = 80;

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text;
}

/** `; did you mean "isolation"?`, or nothing when no candidate is near enough to be meant. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return "";
  const nearest = closest(word, candidates);
  const near = distance(word, nearest) <= Math.max(2, Math.floor(word.length / 3));
  return near && nearest !== word ? `; did you mean "${nearest}"?` : "";
}
