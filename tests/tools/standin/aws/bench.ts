import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulatedNode } from "../../../../tools/controlplane";
import { rolesBefore } from "../../../../tools/standin/aws/account";
import { check } from "../../../../tools/standin/aws/check";
import { declarationsOf } from "../../../../tools/standin/aws/declarations";
import { Faults } from "../../../../tools/standin/aws/faults";
import type { Kind, World } from "../../../../tools/standin/aws/kind";
import { KINDS } from "../../../../tools/standin/aws/kinds";
import { Operations } from "../../../../tools/standin/aws/operations";
import type { Plane } from "../../../../tools/standin/aws/plane";
import type { Complaint } from "../../../../tools/standin/aws/shapes";
import { Store, type Thing } from "../../../../tools/standin/aws/store";
import type { PropertyMap } from "../../../../tools/standin/plugin/properties";

export const declarations = declarationsOf(KINDS.map(({ token }) => token));

/** A kind by the last part of its token, as NodeGroup. */
export function kind(type: string): Kind {
  const found = KINDS.find(({ token }) => token.endsWith(`:${type}`));
  if (!found) throw new Error(`there is no ${type}`);
  return found;
}

/** Everything that Check finds wrong. */
export function complaints(type: string, inputs: PropertyMap, name = "thing"): readonly Complaint[] {
  return checked(type, inputs, name).complaints;
}

export function checked(
  type: string,
  inputs: PropertyMap,
  name = "thing",
  olds: PropertyMap = {},
  tags: PropertyMap = {},
) {
  const urn = `urn:pulumi:s::fixture::${kind(type).token}::${name}`;
  return check(inputs, kind(type), { urn, olds, randomSeed: Buffer.from("seed-of-the-engine") }, declarations, tags);
}

/** One resource of each kind is enough here. */
function urnOf(type: string): string {
  return `urn:pulumi:s::fixture::${kind(type).token}::thing`;
}

/** A control plane that only notes what it is told. */
class NotedPlane implements Plane {
  readonly groups = new Map<string, readonly SimulatedNode[]>();
  readonly administrators = new Set<string>();

  endpoint = () => ({ server: "https://127.0.0.1:6443", ca: "Y2E=" });

  async settleNodes(group: string, nodes: readonly SimulatedNode[]): Promise<void> {
    this.groups.set(group, nodes);
  }

  async setAdministrator(user: string, rule: "is" | "is not"): Promise<void> {
    if (rule === "is") this.administrators.add(user);
    else this.administrators.delete(user);
  }

  get nodes(): SimulatedNode[] {
    return [...this.groups.values()].flat();
  }
}

/** A cloud of its own for one test. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "bulkhead-aws-"));
  readonly store = new Store(this.folder);
  readonly plane = new NotedPlane();
  /** ARNs of the roles of an account that has been in use. */
  rolesBefore: readonly string[] = rolesBefore({});

  get world(): World {
    const { store, rolesBefore } = this;
    return { store, region: "eu-central-1", defaultTags: {}, rolesBefore, planeOf: () => this.plane };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  operations(environment: NodeJS.ProcessEnv = {}): Operations {
    return new Operations(this.world, new Faults(this.store, environment), declarations);
  }

  /** What the engine does: Check, then Create. */
  async make(type: string, inputs: PropertyMap, environment: NodeJS.ProcessEnv = {}): Promise<Thing> {
    return this.operations(environment).create(kind(type), this.inputs(type, inputs), urnOf(type));
  }

  change(thing: Thing, inputs: PropertyMap, environment: NodeJS.ProcessEnv = {}): Promise<Thing> {
    const type = thing.token.split(":").at(-1) ?? "";
    return this.operations(environment).update(kind(type), thing.id, this.inputs(type, inputs), urnOf(type));
  }

  delete(thing: Thing, environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const type = thing.token.split(":").at(-1) ?? "";
    return this.operations(environment).remove(kind(type), thing.id, urnOf(type));
  }

  /** Tokens of all that exists, without what came with something else. */
  get existing(): string[] {
    return this.store
      .read()
      .things.filter(({ owner }) => owner === undefined)
      .map(({ token }) => token.split(":").at(-1) ?? "");
  }

  private inputs(type: string, inputs: PropertyMap): PropertyMap {
    const { inputs: complete, complaints } = checked(type, inputs, `thing-${this.store.read().things.length}`);
    if (complaints.length > 0) throw new Error(JSON.stringify(complaints));
    return complete;
  }
}

/** Why the cloud said no. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was refused";
}
