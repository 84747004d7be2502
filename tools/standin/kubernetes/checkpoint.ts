import { textAt, without } from "../plugin/fields";
import { hasSecret, isMap, type Property, type PropertyMap, Secret } from "../plugin/properties";

const FIELD_MANAGER = "__fieldManager";
const INITIAL_API_VERSION = "__initialApiVersion";

/**
 * What goes into the stack's state: the live object, and which field manager is ours. Without managedFields, which
 * would be half of it: the server has them, and whoever needs them reads the object first anyway.
 */
export function checkpoint(live: PropertyMap, inputs: PropertyMap, fieldManager: string): PropertyMap {
  const object = withSecretsOf(without(live, "metadata", "managedFields"), inputs);
  return {
    ...object,
    [FIELD_MANAGER]: fieldManager,
    [INITIAL_API_VERSION]: textAt(live, "apiVersion"),
  };
}

export function fieldManagerIn(state: PropertyMap): string {
  return textAt(state, FIELD_MANAGER);
}

/** The live object of a state; what a state of the official provider has besides is dropped. */
export function liveIn(state: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !key.startsWith("__")));
}

/**
 * Marks in `outs` what is secret in `ins`. Objects are entered, so that one secret does not hide all around it; an
 * array with a secret is hidden whole, since its order may change. A Secret's data is hidden whatever the inputs say.
 */
export function withSecretsOf(outs: PropertyMap, ins: PropertyMap): PropertyMap {
  if (outs.kind === "Secret") return secretKind(outs);
  const marked: PropertyMap = {};
  for (const [key, value] of Object.entries(outs)) {
    const model = ins[key];
    marked[key] = model === undefined ? value : secretLike(value, model);
  }
  return marked;
}

function secretLike(value: Property, model: Property): Property {
  if (isMap(value) && isMap(model)) return withSecretsOf(value, model);
  return hasSecret(model) && !(value instanceof Secret) ? new Secret(value) : value;
}

function secretKind(object: PropertyMap): PropertyMap {
  const hide = (key: string) => {
    const value = object[key];
    return value === undefined || value instanceof Secret ? {} : { [key]: new Secret(value) };
  };
  return { ...object, ...hide("data"), ...hide("stringData") };
}
