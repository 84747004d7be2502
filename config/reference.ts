import { OBJECT_COUNTS } from "./counts";
import { type JsonSchema, stackSchema } from "./jsonschema";
import { CLOUD_HYPERVISOR, SANDBOX_OVERHEADS, type Sandbox } from "./overheads";

/** The command that writes docs/reference/stack-file.md. */
export const REFERENCE_COMMAND = "npx bulkhead schema --markdown > docs/reference/stack-file.md";

/** A map of fields with a place on the page. */
interface Section {
  readonly heading: string;
  readonly schema: JsonSchema;
}

/** The reference page of the stack file, in Markdown: every field with its type, its default and what it means. */
export function stackFileReference(): string {
  const schema = stackSchema();
  const stack: Section = { heading: "Keys", schema: { ...schema, description: KEYS } };
  const shared = Object.values(schema.$defs ?? {})
    .filter(hasFields)
    .map((part) => ({ heading: part.title ?? "", schema: part }));
  const sections = [stack, ...shared].flatMap((section) => [section, ...sectionsWithin(section)]);
  return `${[INTRODUCTION, ...sections.map((section) => render(section, schema)), counts(), overheads()].join("\n\n")}\n`;
}

/** What budget.objects is for the kinds that it leaves out. */
function counts(): string {
  const rows = Object.entries(OBJECT_COUNTS).map(([kind, most]) => `| \`${kind.replace("count/", "")}\` | ${most} |`);
  return `## Counts of objects

What each namespace may have at most of a kind that \`budget.objects\` leaves out. One more is refused, which keeps one tenant
from filling the cluster's store for all.

${["| kind | most |", "| --- | --- |", ...rows].join("\n")}`;
}

function overheads(): string {
  const { handler, overhead } = CLOUD_HYPERVISOR;
  const row = (runtime: string, { cpu, memory }: typeof overhead | (typeof SANDBOX_OVERHEADS)[Sandbox]) =>
    `| ${runtime} | ${cpu} | ${memory} |`;
  const rows = [
    ...Object.entries(SANDBOX_OVERHEADS).map(([runtime, each]) => row(`\`${runtime}\``, each)),
    row(`\`kata\` as \`${handler}\``, overhead),
  ];
  return `## Overhead of sandboxes

What a sandbox itself takes from the node. The API server adds it to every pod of a tenant with that \`isolation.runtime\`, so
that the scheduler leaves room for it and the budget counts it.

${["| runtime | cpu | memory |", "| --- | --- | --- |", ...rows].join("\n")}`;
}

const INTRODUCTION = `# The stack file

<!-- Written by \`${REFERENCE_COMMAND}\` from config/schema: change it there. -->

\`Pulumi.<stack>.yaml\` says which cluster a stack is for and which tenants share it. Whatever is wrong with it is told in one
message, before anything is deployed.

\`\`\`yaml
# yaml-language-server: $schema=stack-file.schema.json
config:
  bulkhead:tenants:
    acme:
      access: { admins: [{ group: acme-admins }] }
    globex:
      isolation: { nodes: dedicated, runtime: gvisor }
      namespaces: [web, batch] # globex-web, globex-batch
      budget: { cpu: "8", memory: 16Gi }
\`\`\`

\`npx bulkhead schema > stack-file.schema.json\` writes the schema that editors complete and check by; \`npx bulkhead schema --tenant\`
is the one for a file in the folder of tenants.

Amounts are Kubernetes quantities: cores as \`2\`, \`1.5\` or \`500m\`, bytes as \`512Mi\`, \`1.5Gi\` or \`20G\`.`;

const KEYS = "Under `config:`, each with `bulkhead:` before it.";

function hasFields({ properties }: JsonSchema): boolean {
  return properties !== undefined;
}

/** The sections of the maps that stand inside a section's own, in their order and with the path to them as heading. */
function sectionsWithin({ heading, schema }: Section): Section[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    variantsOf(field).flatMap((variant) => {
      const inner: Section = { heading: headingOf(heading, name, variant), schema: variant };
      return [inner, ...sectionsWithin(inner)];
    }),
  );
}

/** The maps of fields a field may be: none for a text, several for a choice of kinds. */
function variantsOf(field: JsonSchema): JsonSchema[] {
  if (field.oneOf) return field.oneOf.filter(hasFields);
  return hasFields(field) ? [field] : [];
}

function headingOf(parent: string, name: string, { properties }: JsonSchema): string {
  const kind = properties?.kind?.const;
  const path = parent === "Keys" ? name : `${parent}${parent.includes(": ") ? "." : ": "}${name}`;
  return kind === undefined ? path : `${path} of kind ${kind}`;
}

function render({ heading, schema }: Section, root: JsonSchema): string {
  const fields = Object.entries(schema.properties ?? {});
  const rows = fields.map(([name, field]) => {
    const type = typeOf(field, { heading, name, root });
    const preset = schema.required?.includes(name) ? "required" : presetOf(field);
    return `| \`${name}\` | ${type} | ${preset} | ${cell(field.description ?? "")} |`;
  });
  const table = ["| field | type | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
  return [`## ${heading}`, ...(schema.description === undefined ? [] : [schema.description]), table].join("\n\n");
}

interface Place {
  readonly heading: string;
  readonly name: string;
  readonly root: JsonSchema;
}

function typeOf(field: JsonSchema, place: Place): string {
  if (field.$ref !== undefined) return refType(field.$ref, place.root);
  const variants = variantsOf(field);
  if (variants.length > 0) {
    return variants.map((variant) => link(headingOf(place.heading, place.name, variant), "fields")).join(" or ");
  }
  if (field.anyOf) {
    return field.anyOf
      .filter(({ type }) => type !== "null")
      .map((part) => typeOf(part, place))
      .join(" or ");
  }
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.enum) return field.enum.map((word) => `\`${word}\``).join(", ");
  if (field.items) return `list of ${typeOf(field.items, place)}`;
  if (typeof field.additionalProperties === "object") return `map to ${typeOf(field.additionalProperties, place)}`;
  return scalarType(field);
}

function refType(ref: string, root: JsonSchema): string {
  const name = ref.split("/").at(-1) ?? "";
  const { title } = root.$defs?.[name] ?? {};
  return title === undefined ? name : link(title, title.toLowerCase());
}

function scalarType({ type, minimum, maximum }: JsonSchema): string {
  if (type !== "integer" && type !== "number") return "text";
  const noun = type === "integer" ? "whole number" : "number";
  if (minimum === undefined) return noun;
  return maximum === undefined ? `${noun}, at least ${minimum}` : `${noun}, ${minimum} to ${maximum}`;
}

/** What stands there when nothing is written; nothing for what is empty then, which the meaning tells in words. */
function presetOf({ default: preset }: JsonSchema): string {
  if (preset === undefined || preset === null) return "";
  if (typeof preset !== "object") return `\`${preset}\``;
  return Object.keys(preset).length === 0
    ? ""
    : `\`${JSON.stringify(preset).replaceAll('"', "").replaceAll(":", ": ")}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function link(heading: string, text: string): string {
  return `[${text}](#${heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-")})`;
}
