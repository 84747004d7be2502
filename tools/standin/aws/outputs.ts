import { at, withField } from "../plugin/fields";
import { isMap, type Property, type PropertyMap, unknown } from "../plugin/properties";
import type { Declarations, Shape } from "./declarations";
import type { Kind, World } from "./kind";
import { DEFAULTS } from "./naming";

/** Everything that the SDK's class promises: what is said of the thing, and empty values for the rest. */
export function outputsOf(
  kind: Kind,
  inputs: PropertyMap,
  state: PropertyMap,
  world: Pick<World, "defaultTags" | "region">,
  declarations: Declarations,
): PropertyMap {
  const { [DEFAULTS]: _defaults, ...given } = inputs;
  const promised = Object.entries(declarations.resources[kind.token]?.outputs ?? {});
  const empty = Object.fromEntries(
    promised.filter(([, field]) => !field.optional).map(([key, { shape }]) => [key, nothing(shape)]),
  );
  const known = {
    ...("region" in empty ? { region: inputs.region ?? world.region } : {}),
    ...("tagsAll" in empty ? { tagsAll: { ...world.defaultTags, ...(isMap(inputs.tags) ? inputs.tags : {}) } } : {}),
  };
  return { ...empty, ...given, ...known, ...state };
}

function nothing(shape: Shape): Property {
  if (shape === "number") return 0;
  if (shape === "boolean") return false;
  if (typeof shape === "string" || "anyOf" in shape) return "";
  return "list" in shape ? [] : {};
}

/** The same before the thing is made: what only the cloud knows is unknown. */
export function expectedOutputs(kind: Kind, inputs: PropertyMap, declarations: Declarations): PropertyMap {
  const { [DEFAULTS]: _defaults, ...given } = inputs;
  const promised = Object.entries(declarations.resources[kind.token]?.outputs ?? {});
  const open = promised.filter(([key, { optional }]) => !optional && given[key] === undefined);
  const outputs: PropertyMap = { ...given, ...Object.fromEntries(open.map(([key]) => [key, unknown])) };
  return (kind.nested ?? []).reduce<PropertyMap>((all, path) => {
    const keys = path.split(".");
    return isMap(at(all, ...keys.slice(0, -1))) ? withField(all, unknown, ...keys) : all;
  }, outputs);
}

/** The same before a change: what stays is known. */
export function changedOutputs(kind: Kind, state: PropertyMap, inputs: PropertyMap): PropertyMap {
  const { [DEFAULTS]: _defaults, ...given } = inputs;
  const kept = (kind.nested ?? []).reduce<PropertyMap>((all, path) => {
    const keys = path.split(".");
    const value = at(state, ...keys);
    return value !== undefined && isMap(at(all, ...keys.slice(0, -1))) ? withField(all, value, ...keys) : all;
  }, given);
  return { ...state, ...kept, ...Object.fromEntries((kind.unstable ?? []).map((key) => [key, unknown])) };
}
