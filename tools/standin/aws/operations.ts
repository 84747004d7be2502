import type { PropertyMap } from "../plugin/properties";
import type { Declarations } from "./declarations";
import type { Faults, OperationName } from "./faults";
import { isFor, type Kind, named, type Reference, type Request, text, type World } from "./kind";
import { kindAt } from "./kinds";
import { DEFAULTS, prefixOf } from "./naming";
import { outputsOf } from "./outputs";
import { Incomplete, Refusal } from "./refusal";
import type { Cloud, Thing } from "./store";

/** Changes of the cloud, one thing at a time. */
export class Operations {
  constructor(
    private readonly world: World,
    private readonly faults: Faults,
    private readonly declarations: Declarations,
  ) {}

  /** Throws Halfway when the thing exists and is not as it should be. */
  async create(kind: Kind, inputs: PropertyMap, urn: string): Promise<Thing> {
    const struck = await this.begin(kind, "create", urn);
    const thing = await this.explained("creating", kind, () =>
      this.world.store.change((cloud) => this.make(kind, inputs, cloud)),
    );
    return this.settle("creating", kind, thing, struck);
  }

  async update(kind: Kind, id: string, inputs: PropertyMap, urn: string): Promise<Thing> {
    const struck = await this.begin(kind, "update", urn);
    const thing = await this.explained("updating", kind, () =>
      this.world.store.change((cloud) => this.alter(kind, id, inputs, cloud)),
    );
    return this.settle("updating", kind, thing, struck);
  }

  /** What is gone already needs no deleting. */
  async remove(kind: Kind, id: string, urn: string): Promise<void> {
    const struck = await this.begin(kind, "delete", urn);
    await this.explained("deleting", kind, async () => {
      const thing = this.world.store.read().get(kind.token, id);
      if (!thing) return;
      refuseHeld(kind, thing, this.world.store.read());
      await kind.leave?.(thing, this.world);
      if (struck)
        throw new Error("timeout while waiting for state to become 'DELETED' (last state: 'DELETING', timeout: 15m0s)");
      await this.world.store.change((cloud) => {
        refuseHeld(kind, thing, cloud);
        end(thing, cloud);
        kind.gone?.(thing, cloud);
      });
    });
  }

  /** The thing as it is by now: what was being made when a plugin was killed, the cloud has gone on with by itself. */
  async read(kind: Kind, id: string): Promise<Thing | undefined> {
    const thing = this.world.store.read().get(kind.token, id);
    try {
      if (thing?.hidden.settling === true && thing.state.status !== "CREATE_FAILED") await this.finish(kind, thing);
    } catch (error) {
      // What has come to nothing is read as it is.
      if (!(error instanceof Incomplete)) throw error;
    }
    return thing;
  }

  private async finish(kind: Kind, thing: Thing): Promise<void> {
    await kind.settle?.(thing, this.world);
    if (thing.hidden.settling !== true) return;
    await this.world.store.change((cloud) => {
      const kept = cloud.get(thing.token, thing.id);
      if (kept) kept.hidden.settling = false;
    });
  }

  private async begin({ token, title }: Kind, operation: OperationName, urn: string) {
    const struck = await this.faults.strike({ token, urn }, operation);
    if (struck !== "fail") return struck;
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    throw new Error(`${operation} ${title} (${name}): InternalFailure: an injected fault`);
  }

  private make(kind: Kind, inputs: PropertyMap, cloud: Cloud): Thing {
    const { named: complete, generated } = withName(kind, inputs, cloud);
    const request = this.request(complete, cloud);
    refuseUnknown(kind, request);
    kind.admit?.(request);
    const { id, state = {}, holds = [], hidden = {} } = kind.born(request);
    const thing: Thing = {
      token: kind.token,
      id,
      region: request.region,
      inputs: complete,
      state: outputsOf(kind, complete, state, this.world, this.declarations),
      holds,
      hidden: { ...hidden, defaults: inputs[DEFAULTS] ?? [], generated, settling: kind.settle !== undefined },
    };
    cloud.add(thing);
    return thing;
  }

  private alter(kind: Kind, id: string, inputs: PropertyMap, cloud: Cloud): Thing {
    const thing = cloud.get(kind.token, id);
    if (!thing) throw new Refusal("ResourceNotFoundException", `${kind.title} ${id} does not exist`);
    const generated = text(thing.hidden, "generated") ?? "";
    const { [DEFAULTS]: defaults = [], ...given } = inputs;
    const complete = generated === "" ? given : { ...given, [generated]: thing.inputs[generated] ?? "" };
    const request = { ...this.request(complete, cloud), thing };
    refuseUnknown(kind, request);
    kind.admit?.(request);
    const changed = kind.changed?.(request) ?? {};
    const kept = Object.fromEntries(
      Object.entries(thing.state).filter(([key]) => !(key in thing.inputs) || key in complete),
    );
    thing.state = outputsOf(kind, complete, { ...kept, ...complete, ...changed }, this.world, this.declarations);
    thing.inputs = complete;
    thing.hidden.defaults = defaults;
    return thing;
  }

  private request(inputs: PropertyMap, cloud: Cloud): Request {
    return { inputs, cloud, region: text(inputs, "region") ?? this.world.region, world: this.world };
  }

  private async settle(verb: string, kind: Kind, thing: Thing, struck: "half" | "timeout" | undefined): Promise<Thing> {
    try {
      if (struck === "half") throw new Incomplete("CREATE_FAILED: an injected fault");
      await this.finish(kind, thing);
      if (struck === "timeout")
        throw new Incomplete("timeout while waiting for state to become 'ACTIVE' (timeout: 20m0s)");
      return thing;
    } catch (error) {
      const broken = error instanceof Incomplete && struck !== "timeout" && verb === "creating";
      if (broken && thing.state.status !== undefined) await this.fail(thing);
      const message = error instanceof Error ? error.message : String(error);
      throw new Halfway(
        `waiting for ${kind.title} (${thing.id}) ${verb === "creating" ? "create" : "update"}: ${message}`,
        thing,
      );
    }
  }

  private async fail(thing: Thing): Promise<void> {
    thing.state.status = "CREATE_FAILED";
    await this.world.store.change((cloud) => {
      const kept = cloud.get(thing.token, thing.id);
      if (kept) kept.state.status = "CREATE_FAILED";
    });
  }

  private async explained<T>(verb: string, { title }: Kind, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${verb} ${title}: ${error instanceof Refusal ? `api error ${message}` : message}`);
    }
  }
}

/** The thing is there, and something about it went wrong. */
export class Halfway extends Error {
  constructor(
    message: string,
    readonly thing: Thing,
  ) {
    super(message);
  }
}

/** A name that begins as the program says is made when the thing is, and is as long as the real provider's. */
function withName(kind: Kind, inputs: PropertyMap, cloud: Cloud): { named: PropertyMap; generated: string } {
  const { [DEFAULTS]: _defaults, ...given } = inputs;
  const { naming } = kind;
  const prefix = naming && text(given, prefixOf(naming));
  if (!naming || prefix === undefined) return { named: given, generated: "" };
  const unique = cloud.newId("").replace(/\D/g, "").padEnd(26, "0").slice(0, 26);
  return { named: { ...given, [naming.field]: prefix + unique }, generated: naming.field };
}

function refuseUnknown(kind: Kind, { inputs, cloud }: Request): void {
  for (const reference of kind.references ?? []) {
    for (const value of named(inputs, reference.field)) {
      if (reference.missing && !cloud.all(reference.to).some((thing) => isFor(reference, thing, value))) {
        throw reference.missing(value);
      }
    }
  }
}

/** Whether anything that is there keeps a thing from going. */
function refuseHeld(kind: Kind, thing: Thing, cloud: Cloud): void {
  const holder = cloud.things.find((other) => other.id !== thing.id && other.owner !== thing.id && holds(other, thing));
  if (holder) {
    const words = `resource ${thing.id} has a dependent object (${kindAt(holder.token)?.title ?? holder.token} ${holder.id})`;
    throw kind.held?.(thing.id) ?? new Refusal("DependencyViolation", words);
  }
  kind.release?.(thing, cloud);
}

function holds(other: Thing, thing: Thing): boolean {
  return other.holds.includes(thing.id) || leans(other, thing, undefined);
}

/** Whether an input of `other` names the thing, with this to happen once the thing is gone. */
function leans(other: Thing, thing: Thing, without: Reference["without"]): boolean {
  return (kindAt(other.token)?.references ?? []).some(
    (reference) =>
      reference.without === without &&
      reference.to === thing.token &&
      named(other.inputs, reference.field).some((value) => isFor(reference, thing, value)),
  );
}

/** A thing goes, and with it what cannot be without it. */
function end(thing: Thing, cloud: Cloud): void {
  cloud.remove(thing);
  for (const other of cloud.things.filter((each) => leans(each, thing, "ends"))) cloud.remove(other);
}
