import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** One import, export-from or require of a file. */
export interface Edge {
  readonly line: number;
  readonly specifier: string;
  /** File of ours that it leads to, from the root; undefined for packages. */
  readonly target: string | undefined;
  /** Types are gone when the program runs. */
  readonly carries: "types" | "values";
}

/** A name that is read as a property or imported by itself, as getStack in pulumi.getStack(). */
export interface Mention {
  readonly line: number;
  readonly name: string;
}

export interface Source {
  /** From the root, with slashes. */
  readonly file: string;
  readonly lines: number;
  readonly edges: readonly Edge[];
  readonly mentions: readonly Mention[];
}

export type Tree = ReadonlyMap<string, Source>;

/** Made, fetched or hidden: not ours to keep in order. */
const SKIPPED = /^(node_modules|bin|dist|coverage|docs|\..*)$/;

/** Every TypeScript file below a folder, with what it imports. */
export function readTree(root: string): Tree {
  const files = filesBelow(root, "");
  const known = new Set(files);
  return new Map(files.map((file) => [file, readSource(root, file, known)]));
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : filesBelow(root, path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

function readSource(root: string, file: string, known: ReadonlySet<string>): Source {
  const text = readFileSync(join(root, file), "utf8");
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const edges: Edge[] = [];
  const mentions: Mention[] = [];
  const lineOf = (node: ts.Node) => parsed.getLineAndCharacterOfPosition(node.getStart(parsed)).line + 1;
  const visit = (node: ts.Node): void => {
    const imported = importOf(node);
    if (imported) {
      const target = targetOf(file, imported.specifier, known);
      edges.push({ line: lineOf(node), ...imported, target });
    }
    const name = mentionOf(node);
    if (name !== undefined) mentions.push({ line: lineOf(node), name });
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return { file, lines, edges, mentions };
}

type Imported = Pick<Edge, "specifier" | "carries">;

function importOf(node: ts.Node): Imported | undefined {
  if (ts.isImportDeclaration(node)) return imported(node.moduleSpecifier, carriedBy(node.importClause));
  if (ts.isExportDeclaration(node)) return imported(node.moduleSpecifier, node.isTypeOnly ? "types" : "values");
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return imported(node.moduleReference.expression, node.isTypeOnly ? "types" : "values");
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return imported(node.argument.literal, "types");
  if (ts.isCallExpression(node) && loads(node.expression)) return imported(node.arguments[0], "values");
  return undefined;
}

function imported(specifier: ts.Node | undefined, carries: Edge["carries"]): Imported | undefined {
  return specifier && ts.isStringLiteralLike(specifier) ? { specifier: specifier.text, carries } : undefined;
}

function carriedBy(clause: ts.ImportClause | undefined): Edge["carries"] {
  if (!clause) return "values";
  if (clause.isTypeOnly) return "types";
  const { name, namedBindings } = clause;
  const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return !name && named.length > 0 && named.every((element) => element.isTypeOnly) ? "types" : "values";
}

function loads(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === "require";
}

function mentionOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isImportSpecifier(node)) return (node.propertyName ?? node.name).text;
  return undefined;
}

function targetOf(from: string, specifier: string, known: ReadonlySet<string>): string | undefined {
  if (!/^\.\.?(\/|$)/.test(specifier)) return undefined;
  const path = posix.join(posix.dirname(from), specifier);
  return [`${path}.ts`, posix.join(path, "index.ts"), path].find((candidate) => known.has(candidate));
}
