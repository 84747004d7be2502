import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeWhole } from "../../controlplane/write";
import { withLock } from "../../toolchain/lock";
import type { PropertyMap } from "../plugin/properties";
import { hex } from "./account";

/** Something that exists in the cloud. */
export interface Thing {
  /** Its kind, as aws:ec2/vpc:Vpc. */
  readonly token: string;
  readonly id: string;
  readonly region: string;
  inputs: PropertyMap;
  /** Everything that the SDK's class of it shows. */
  state: PropertyMap;
  /** Ids of things that cannot go before this one, beyond those that its inputs name. */
  holds: string[];
  /** Id of the thing that this one came and goes with. */
  readonly owner?: string;
  /** What the cloud knows of it and does not show. */
  hidden: PropertyMap;
}

interface Content {
  /** Counts everything that was ever made, so that ids are the same in every run and never come again. */
  made: number;
  things: Thing[];
  /** How often each injected fault has struck. */
  faults: Record<string, number>;
}

/** What exists at one moment. Changes to it count when the work that was given to Store.change ends. */
export class Cloud {
  constructor(private readonly content: Content) {}

  all(token: string): Thing[] {
    return this.content.things.filter((thing) => thing.token === token);
  }

  get(token: string, id: string): Thing | undefined {
    return this.content.things.find((thing) => thing.token === token && thing.id === id);
  }

  get things(): readonly Thing[] {
    return this.content.things;
  }

  get faults(): Record<string, number> {
    return this.content.faults;
  }

  add(thing: Thing): void {
    this.content.things.push(thing);
  }

  /** Removes a thing, and those that came with it. */
  remove({ token, id }: Thing): void {
    this.content.things = this.content.things.filter(
      (thing) => !(thing.token === token && thing.id === id) && thing.owner !== id,
    );
  }

  /** An id that nothing has had before: 17 hexadecimal digits behind a prefix, as vpc-0123456789abcdef0. */
  newId(prefix: string): string {
    this.content.made += 1;
    return `${prefix}0${hex(16, prefix, this.content.made)}`;
  }
}

/** The file that says what there is of the cloud in an estate's folder. */
export function inventoryOf(folder: string): string {
  return join(folder, "cloud", "aws.json");
}

/**
 * The cloud between two runs: one file, written whole or not at all. Changes come one after the other, those of other
 * plugin processes included, so whoever is killed leaves the cloud as it was before a change or after it.
 */
export class Store {
  private readonly file: string;
  private last: Promise<unknown> = Promise.resolve();

  /** @param folder The estate's folder, usually .bulkhead. */
  constructor(folder: string) {
    this.file = inventoryOf(folder);
  }

  read(): Cloud {
    return new Cloud(this.content());
  }

  /** Runs `work` on the cloud while nobody else changes it. What it throws undoes everything. */
  change<T>(work: (cloud: Cloud) => T): Promise<T> {
    const turn = this.last.then(() => this.changeNow(work));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private changeNow<T>(work: (cloud: Cloud) => T): Promise<T> {
    mkdirSync(dirname(this.file), { recursive: true });
    return withLock(
      `${this.file}.lock`,
      () => {},
      async () => {
        const content = this.content();
        const result = work(new Cloud(content));
        writeWhole(this.file, JSON.stringify(content, undefined, 1));
        return result;
      },
    );
  }

  private content(): Content {
    try {
      return JSON.parse(readFileSync(this.file, "utf8")) as Content;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return { made: 0, things: [], faults: {} };
    }
  }
}
