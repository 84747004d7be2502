import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isScalar, type Node, parseDocument, visit } from "yaml";

/** Made for the embedded engine's passphrase, which is no secret. */
const SALT = "v1:Dvc3qDtmqKA=:v1:91W47bCR+wh6+RRM:y+cbqiAPbiZijGXgyAi5h0ZwP91rBw==";

/** Where a stack file says by what its secrets are kept. */
const KEEPER = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/**
 * What the embedded CLI reads in place of a stack file: the same, but with the embedded engine's salt, and without what
 * another keeper of secrets has encrypted, which no program of ours reads.
 */
export function embeddedStackFile(text: string): string {
  const document = parseDocument(text, { merge: true, logLevel: "silent" });
  if (document.contents === null) return `encryptionsalt: ${SALT}\n`;
  // Whatever is wrong with it, the CLI says so better.
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  for (const key of KEEPER) document.delete(key);
  leaveSecretsOut(document);
  document.set("encryptionsalt", SALT);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function leaveSecretsOut(document: Document): void {
  const config = document.get("config");
  if (!isMap(config)) return;
  config.items = config.items.filter(({ value }) => !hasSecret(value));
}

/** Pulumi writes an encrypted value as a map with nothing but `secure`. */
function hasSecret(value: unknown): boolean {
  let found = false;
  visit(value as Node | null, {
    Map(_, { items: [first, ...others] }) {
      if (others.length > 0 || !isScalar(first?.key) || first.key.value !== "secure") return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** Where the copies lie: a project of its own to the CLI, which makes stacks there. */
function copiesIn(folder: string): string {
  return join(folder, "stacks");
}

/** Copies a stack file of `repository` to where the embedded CLI may write, and says where. */
export function copyStackFile(repository: string, folder: string, stack: string): string {
  const name = `Pulumi.${stack}.yaml`;
  const copies = copyProject(repository, folder);
  const original = join(repository, name);
  return place(join(copies, name), embeddedStackFile(existsSync(original) ? readFileSync(original, "utf8") : ""));
}

/** The folder of the copies, with the project's file in it. */
export function copyProject(repository: string, folder: string): string {
  const copies = copiesIn(folder);
  mkdirSync(copies, { recursive: true });
  place(join(copies, "Pulumi.yaml"), readFileSync(join(repository, "Pulumi.yaml"), "utf8"));
  return copies;
}

/** Moved into place: another CLI may be reading it. */
function place(file: string, text: string): string {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
  return file;
}

/** The stack that the CLI takes when none is named, as its own settings have it; undefined when none is selected. */
export function selectedStack(home: string, project: string): string | undefined {
  const digest = createHash("sha1").update(join(project, "Pulumi.yaml")).digest("hex");
  const file = join(home, "workspaces", `${projectName(project)}-${digest}-workspace.json`);
  if (!existsSync(file)) return undefined;
  const { stack, stacks = {} } = JSON.parse(readFileSync(file, "utf8")) as Settings;
  return Object.values(stacks)[0] ?? stack;
}

/** A CLI keeps one selection per backend, an older one a single one; the embedded engine has one backend. */
interface Settings {
  readonly stack?: string;
  readonly stacks?: Readonly<Record<string, string>>;
}

function projectName(project: string): string {
  return String(parseDocument(readFileSync(join(project, "Pulumi.yaml"), "utf8")).get("name"));
}
