import { randomBytes } from "node:crypto";
import type { PropertyMap } from "../plugin/properties";
import type { Kind, Naming } from "./kind";

export interface NameInput {
  readonly urn: string;
  readonly olds: PropertyMap;
  readonly randomSeed: Uint8Array;
  /** What the engine's own naming rules say, if the project has any. */
  readonly autonaming?: { readonly proposedName: string; readonly disabled: boolean };
}

/** Where the fields are listed that the program left to the provider; the engine does not show it. */
export const DEFAULTS = "__defaults";

/** The inputs with what the program left to the provider: a name that stays the same, and the kind's defaults. */
export function completed(inputs: PropertyMap, kind: Kind, input: NameInput): PropertyMap {
  const name = nameFor(inputs, kind.naming, input);
  const missing = Object.entries({ ...kind.defaults, ...name }).filter(([key]) => inputs[key] === undefined);
  return { ...inputs, ...Object.fromEntries(missing), [DEFAULTS]: missing.map(([key]) => key) };
}

function nameFor(inputs: PropertyMap, naming: Naming | undefined, input: NameInput): PropertyMap {
  if (!naming || inputs[naming.field] !== undefined || inputs[prefixOf(naming)] !== undefined) return {};
  const defaulted = input.olds[DEFAULTS];
  const before = input.olds[naming.field];
  if (Array.isArray(defaulted) && defaulted.includes(naming.field) && before !== undefined) {
    return { [naming.field]: before };
  }
  return { [naming.field]: newName(naming, input) };
}

/** How many random digits the real provider appends. */
const RANDOM = 7;

function newName({ field, prefix = "", longest }: Naming, { urn, randomSeed, autonaming }: NameInput): string {
  if (autonaming?.disabled) throw new Error(`autonaming is disabled, resource requires the \`${field}\` to be set`);
  if (autonaming?.proposedName) return autonaming.proposedName;
  const seed = randomSeed.length > 0 ? Buffer.from(randomSeed) : randomBytes(8);
  const stem = `${prefix}${urn.slice(urn.lastIndexOf("::") + 2)}-`;
  if (stem.length + RANDOM > longest) {
    throw new Error(`name '${stem}' plus ${RANDOM} random chars is longer than maximum length ${longest}`);
  }
  return stem + seed.toString("hex").slice(0, RANDOM);
}

/** The field by which a program gives the beginning of a name only. */
export function prefixOf({ field }: Naming): string {
  return `${field}Prefix`;
}
