import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type ts from "typescript";

/** What a value may be, as far as the SDK's declarations say it. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly object: string }
  | { readonly anyOf: readonly Shape[] };

export interface Field {
  readonly shape: Shape;
  readonly optional: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

export interface Declarations {
  /** By token, as aws:ec2/vpc:Vpc. */
  readonly resources: Readonly<Record<string, { readonly inputs: Fields; readonly outputs: Fields }>>;
  /** Named types of inputs, as eks.NodeGroupTaint. */
  readonly objects: Readonly<Record<string, Fields>>;
}

const SDK = dirname(require.resolve("@pulumi/aws/package.json"));

/** Version of the SDK, which is the version of the plugin that it asks for. */
export const VERSION: string = require("@pulumi/aws/package.json").version;

const CACHE = join(SDK, "..", "..", ".cache", "bulkhead");

/** The SDK's own declarations of these resources. Read once for each version and kept: the types alone are six megabytes. */
export function declarationsOf(tokens: readonly string[]): Declarations {
  const digest = createHash("sha256").update(readFileSync(__filename)).update(JSON.stringify(tokens)).digest("hex");
  const place = join(CACHE, `aws-${VERSION}-${digest.slice(0, 16)}.json`);
  try {
    return JSON.parse(readFileSync(place, "utf8")) as Declarations;
  } catch {
    const declarations = readDeclarations(tokens);
    keep(place, JSON.stringify(declarations));
    return declarations;
  }
}

function keep(place: string, text: string): void {
  try {
    mkdirSync(CACHE, { recursive: true });
    const draft = `${place}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, place);
  } catch {
    // Packages that nobody may write to: every start reads the declarations, and works.
  }
}

function readDeclarations(tokens: readonly string[]): Declarations {
  const reader = new Reader();
  const resources = Object.fromEntries(tokens.map((token) => [token, reader.resource(token)]));
  return { resources, objects: reader.objects() };
}

/** Syntax only: the names say what is meant, so that nothing needs to be resolved. */
class Reader {
  // Loaded here only: most starts read what is kept.
  private readonly ts = require("typescript") as typeof ts;
  private readonly wanted = new Set<string>();

  resource(token: string): { inputs: Fields; outputs: Fields } {
    const [, path = "", name = ""] = token.split(":");
    const source = this.parse(join(SDK, `${path}.d.ts`));
    const inputs = this.declared(source, `${name}Args`);
    const outputs = this.declared(source, name);
    if (!inputs || !outputs) throw new Error(`${path}.d.ts of @pulumi/aws declares no ${name}`);
    return { inputs: this.fields(inputs.members), outputs: this.fields(outputs.members) };
  }

  /** All types that were named so far, and those that they name. */
  objects(): Record<string, Fields> {
    const declared = this.inputTypes();
    const objects: Record<string, Fields> = {};
    for (const name of this.wanted) {
      const members = declared.get(name);
      if (!members) throw new Error(`types/input.d.ts of @pulumi/aws declares no ${name}`);
      // Names that turn up here are added to the set, and come up later in this very loop.
      objects[name] = this.fields(members);
    }
    return objects;
  }

  private parse(file: string): ts.SourceFile {
    return this.ts.createSourceFile(file, readFileSync(file, "utf8"), this.ts.ScriptTarget.Latest);
  }

  private declared(source: ts.SourceFile, name: string): ts.InterfaceDeclaration | ts.ClassDeclaration | undefined {
    const { ts } = this;
    return source.statements.find(
      (statement): statement is ts.InterfaceDeclaration | ts.ClassDeclaration =>
        (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name?.text === name,
    );
  }

  private inputTypes(): Map<string, ts.NodeArray<ts.TypeElement>> {
    const { ts } = this;
    const found = new Map<string, ts.NodeArray<ts.TypeElement>>();
    for (const statement of this.parse(join(SDK, "types", "input.d.ts")).statements) {
      if (!ts.isModuleDeclaration(statement) || !statement.body || !ts.isModuleBlock(statement.body)) continue;
      for (const inner of statement.body.statements) {
        if (ts.isInterfaceDeclaration(inner)) found.set(`${statement.name.text}.${inner.name.text}`, inner.members);
      }
    }
    return found;
  }

  private fields(members: ts.NodeArray<ts.TypeElement | ts.ClassElement>): Fields {
    const { ts } = this;
    return Object.fromEntries(
      [...members].flatMap((member): [string, Field][] => {
        if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return [];
        if (!member.type || !ts.isIdentifier(member.name)) return [];
        const undefinable = this.mayBeUndefined(member.type);
        const optional = member.questionToken !== undefined || undefinable;
        return [[member.name.text, { shape: this.shape(member.type), optional }]];
      }),
    );
  }

  private mayBeUndefined(type: ts.TypeNode): boolean {
    const { ts } = this;
    if (ts.isUnionTypeNode(type)) return type.types.some((one) => one.kind === ts.SyntaxKind.UndefinedKeyword);
    const inner = ts.isTypeReferenceNode(type) ? type.typeArguments?.[0] : undefined;
    return inner !== undefined && this.mayBeUndefined(inner);
  }

  private shape(type: ts.TypeNode): Shape {
    const { ts } = this;
    if (ts.isUnionTypeNode(type)) return this.union(type);
    if (ts.isArrayTypeNode(type)) return { list: this.shape(type.elementType) };
    if (ts.isParenthesizedTypeNode(type)) return this.shape(type.type);
    if (ts.isTypeLiteralNode(type)) return this.literal(type);
    if (ts.isTypeReferenceNode(type)) return this.reference(type);
    if (type.kind === ts.SyntaxKind.StringKeyword || ts.isLiteralTypeNode(type)) return "string";
    if (type.kind === ts.SyntaxKind.NumberKeyword) return "number";
    if (type.kind === ts.SyntaxKind.BooleanKeyword) return "boolean";
    return "any";
  }

  private union(type: ts.UnionTypeNode): Shape {
    const some = type.types.filter(({ kind }) => kind !== this.ts.SyntaxKind.UndefinedKeyword);
    const shapes = some.map((one) => this.shape(one));
    return shapes.length === 1 && shapes[0] ? shapes[0] : { anyOf: shapes };
  }

  private literal(type: ts.TypeLiteralNode): Shape {
    const index = type.members.find((member) => this.ts.isIndexSignatureDeclaration(member));
    return index?.type ? { map: this.shape(index.type) } : "any";
  }

  private reference(type: ts.TypeReferenceNode): Shape {
    const name = this.nameOf(type.typeName);
    if (name === "pulumi.Input" || name === "pulumi.Output") {
      const inner = type.typeArguments?.[0];
      return inner ? this.shape(inner) : "any";
    }
    if (name.startsWith("outputs.")) return { map: "any" };
    // An enumeration is text, and so is a resource: what arrives here of it is its id.
    if (!name.startsWith("inputs.")) return "string";
    const object = name.slice("inputs.".length);
    this.wanted.add(object);
    return { object };
  }

  private nameOf(name: ts.EntityName): string {
    return this.ts.isIdentifier(name) ? name.text : `${this.nameOf(name.left)}.${name.right.text}`;
  }
}
