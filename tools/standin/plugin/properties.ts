import { ListValue, NullValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

/** What Pulumi sends over the wire: JSON and the two things JSON has no word for. */
export type Property = null | boolean | number | string | Property[] | PropertyMap | Secret | Unknown;
export interface PropertyMap {
  [key: string]: Property;
}

/** A value that must stay encrypted in the state and hidden on the screen. */
export class Secret {
  constructor(readonly value: Property) {}
}

/** The output of a resource that does not exist yet; only a preview has them. */
export class Unknown {
  readonly unknown = true;
}
export const unknown = new Unknown();

// The engine's own spellings, fixed by its wire protocol.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWNS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isMap(value: Property | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

export function fromStruct(struct: Struct | undefined): PropertyMap {
  const map: PropertyMap = {};
  struct?.getFieldsMap().forEach((value, key) => {
    map[key] = fromValue(value);
  });
  return map;
}

function fromValue(value: Value): Property {
  switch (value.getKindCase()) {
    case Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case Value.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return UNKNOWNS.has(text) ? unknown : text;
    }
    case Value.KindCase.LIST_VALUE:
      return value.getListValue()?.getValuesList().map(fromValue) ?? [];
    case Value.KindCase.STRUCT_VALUE: {
      const map = fromStruct(value.getStructValue());
      return map[SIGNATURE] === SECRET ? new Secret(map.value ?? null) : map;
    }
    default:
      return null;
  }
}

export function toStruct(map: PropertyMap): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined) fields.set(key, toValue(value));
  }
  return struct;
}

function toValue(property: Property): Value {
  const value = new Value();
  if (property === null) return value.setNullValue(NullValue.NULL_VALUE);
  if (property instanceof Unknown) return value.setStringValue(UNKNOWN_STRING);
  if (property instanceof Secret) {
    return value.setStructValue(toStruct({ [SIGNATURE]: SECRET, value: property.value }));
  }
  if (Array.isArray(property)) return value.setListValue(new ListValue().setValuesList(property.map(toValue)));
  switch (typeof property) {
    case "boolean":
      return value.setBoolValue(property);
    case "number":
      return value.setNumberValue(property);
    case "string":
      return value.setStringValue(property);
    default:
      return value.setStructValue(toStruct(property));
  }
}

/** The same value with every secret opened. */
export function withoutSecrets(value: Property): Property {
  if (value instanceof Secret) return withoutSecrets(value.value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

export function hasUnknown(value: Property): boolean {
  return contains(value, (inner) => inner instanceof Unknown);
}

export function hasSecret(value: Property): boolean {
  return contains(value, (inner) => inner instanceof Secret);
}

function contains(value: Property, matches: (inner: Property) => boolean): boolean {
  if (matches(value)) return true;
  if (value instanceof Secret) return contains(value.value, matches);
  if (Array.isArray(value)) return value.some((inner) => contains(inner, matches));
  return isMap(value) && Object.values(value).some((inner) => contains(inner, matches));
}
