import { readFileSync } from "node:fs";

/** What a YAML file holds, or why it cannot be read: a complaint without the file's name. */
export type Reading = { readonly value: unknown } | { readonly fault: string };

/** One YAML document, read as the Pulumi CLI reads it: UTF-8, YAML 1.2, merge keys, no key twice. */
export function readYaml(path: string): Reading {
  const text = readText(path);
  if (typeof text !== "string") return text;
  if (isTooDeep(text)) return { fault: "is nested too deeply to be read" };
  // Loaded for whoever reads a file: the engine hands a program its configuration as JSON.
  const { parseDocument } = require("yaml") as typeof import("yaml");
  try {
    const document = parseDocument(text, { merge: true, logLevel: "error" });
    const [error] = document.errors;
    return error ? { fault: faultOf(error) } : { value: document.toJS() };
  } catch (error) {
    // An alias without its anchor, or so many of them that they only serve to fill the memory.
    return { fault: `is not valid YAML: ${firstLine(error)}` };
  }
}

function readText(path: string): string | { fault: string } {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return { fault: "is not UTF-8 text; save it in that encoding" };
    return { fault: `cannot be read: ${firstLine(error)}` };
  }
}

const DEEPEST = 100;

/** The parser calls itself for each level and takes the whole process with it when the stack is full. */
function isTooDeep(text: string): boolean {
  if (/^ {500}|(?:[-?] ){100}/m.test(text)) return true;
  let open = 0;
  for (const character of text) {
    if (character === "[" || character === "{") open += 1;
    if (character === "]" || character === "}") open -= 1;
    if (open > DEEPEST) return true;
  }
  return false;
}

function faultOf(error: { code: string; message: string }): string {
  const [, at = ""] = /( at line \d+, column \d+):/.exec(error.message) ?? [];
  if (error.code === "DUPLICATE_KEY") return `has a key twice in the same map${at}; keep one of them`;
  if (error.code === "MULTIPLE_DOCS") return `holds a second document${at}; keep one`;
  return `is not valid YAML: ${firstLine(error).replace(/:$/, "")}`;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error || (error as { message?: unknown }).message ? (error as Error).message : "";
  return text.split("\n")[0] ?? "";
}
