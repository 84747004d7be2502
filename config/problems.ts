import { closest, distance } from "fastest-levenshtein";

/** One thing the user can mend. */
export interface Problem {
  /** File in which the path starts, where that is not the stack's own: a tenant's file, relative to the project. */
  readonly file?: string;
  /** Where: keys and list positions from the top of the stack's configuration, or of the file. */
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
  const place = [problem.file ?? "", formatPath(problem.path)].filter((part) => part !== "").join(": ");
  const complaint = "value" in problem ? `${quote(problem.value)} ${problem.rule}` : problem.rule;
  return visible(place === "" ? complaint : `${place}: ${complaint}`);
}

/** Keys that read well without quotes; anything else could hide dots, spaces or characters nobody sees. */
const PLAIN_KEY = /^[\w-]+$/;

/** `tenants.acme.network.egress[0].tenant`, as one would write it in JavaScript. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const key = String(part);
      return PLAIN_KEY.test(key) ? `${index ? "." : ""}${key}` : `[${quote(key)}]`;
    })
    .join("");
}

/** Problems in the order of their places, so that everything about one tenant stands together. */
export function byPlace(one: Problem, other: Problem): number {
  const [left, right] = [one, other].map(({ file = "", path }) => [file, ...path]) as [PropertyKey[], PropertyKey[]];
  const index = left.findIndex((part, position) => part !== right[position]);
  const [a, b] = [left[index], right[index]];
  if (index === -1) return left.length - right.length;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return b !== undefined && String(a) < String(b) ? -1 : 1;
}

const LONGEST_QUOTE = 80;

function quote(value: unknown): string {
  const text = spelled(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text;
}

function spelled(value: unknown): string {
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(typeof value === "string" ? value.slice(0, 2 * LONGEST_QUOTE) : value) ?? typeof value;
  } catch {
    // Refers to itself, or is too deep to print.
    return "this";
  }
}

/** Control and format characters as escapes: a message must not drive a terminal or hide what it complains about. */
function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u${hex(character)}`);
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(4, "0");
}

/** Names the first character that is no plain ASCII, because many of them look as if they were; nothing for plain text. */
export function lookAlike(text: string): string {
  const stranger = /[^\x20-\x7e\p{C}\p{Z}]/u.exec(text)?.[0];
  if (stranger === undefined) return "";
  return `; ${quote(stranger)} in it is U+${hex(stranger).toUpperCase()}`;
}

/** Longer words are no typing mistakes, and comparing them costs their length squared. */
const LONGEST_WORD = 100;

/** The candidate that was probably meant by a word that is none of them; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD || candidates.includes(word)) return undefined;
  const folded = word.toLowerCase();
  const apart = Math.max(2, Math.floor(word.length / 3));
  // A length that differs by more is farther away: most of some thousand candidates are not even compared.
  const similar = candidates.filter(({ length }) => Math.abs(length - word.length) <= apart);
  const found = similar.length === 0 ? undefined : closest(folded, similar);
  if (found !== undefined && isNear(folded, found, apart)) return found;
  return word.length > 2 ? candidates.find((candidate) => candidate.startsWith(folded)) : undefined;
}

function isNear(word: string, candidate: string, apart: number): boolean {
  const distant = distance(word, candidate);
  return distant <= apart && distant < Math.max(word.length, candidate.length);
}

/** `; did you mean "isolation"?`, or nothing when no candidate is near enough to be meant. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean "${found}"?`;
}
