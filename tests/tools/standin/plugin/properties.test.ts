import { expect } from "chai";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  fromStruct,
  hasSecret,
  hasUnknown,
  type Property,
  type PropertyMap,
  Secret,
  toStruct,
  unknown,
  withoutSecrets,
} from "../../../../tools/standin/plugin/properties";

const properties = fc.letrec<{ value: Property; map: PropertyMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.string(),
    fc.constant(unknown),
    fc.array(tie("value")),
    tie("map"),
    tie("value").map((value) => new Secret(value)),
  ),
  map: fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    tie("value"),
    { noNullPrototype: true },
  ),
})).map;

const overTheWire = (map: PropertyMap) => fromStruct(Struct.deserializeBinary(toStruct(map).serializeBinary()));

describe("a property", () => {
  it("is the same after a way over the wire, secrets and unknowns included", () => {
    fc.assert(
      fc.property(properties, (map) => {
        expect(overTheWire(map)).to.deep.equal(map);
      }),
    );
  });

  it("is recognised as secret and as unknown by the engine's own marks", () => {
    const map = fromStruct(
      Struct.fromJavaScript({
        password: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" },
        later: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      }),
    );
    expect(map).to.deep.equal({ password: new Secret("hunter2"), later: unknown });
  });

  it("has no secret left once they are opened, and the same unknowns", () => {
    fc.assert(
      fc.property(properties, (map) => {
        const open = withoutSecrets(map);
        expect(hasSecret(open)).to.equal(false);
        expect(hasUnknown(open)).to.equal(hasUnknown(map));
      }),
    );
  });
});
