/** A resource as the engine shows it to a policy. */
export interface FixtureResource {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Name of its provider. Unset: none. */
  readonly provider?: string;
  /** Names of the resources that it depends on. Unset: none. */
  readonly dependsOn?: readonly string[];
}

/** The resources of a stack by their names. */
export type FixtureStack = Readonly<Record<string, FixtureResource>>;

/** From a resource's name down to one field of it. */
export type Path = readonly [resource: string, ...field: string[]];

/** One field of a good stack, changed. */
export interface Change {
  /** Title of the good stack. Unset: the first. */
  readonly of?: string;
  readonly at: Path;
  /** Unset: the field is taken out. */
  readonly to?: unknown;
}

/** What a rule lets pass and what it refuses, for its tests and for docs/reference/policies.md. */
export interface Fixtures {
  readonly good: Readonly<Record<string, FixtureStack>>;
  /** Each breaks a single thing, and the rule says exactly this. */
  readonly bad: Readonly<Record<string, Change & { readonly says: string }>>;
  /** Fields whose value a preview may not know yet. */
  readonly unknown: {
    /** The rule cannot be run without them, and the engine says so. */
    readonly judged: readonly Path[];
    /** The rule does not read them. */
    readonly unread: readonly Path[];
  };
}

/** @throws Error when the path leads nowhere, which would make a fixture that breaks nothing. */
export function changed(stack: FixtureStack, { at, to }: Change): FixtureStack {
  // Through text: a clone would keep what two fields share, and a change of one would be a change of both.
  const copy = JSON.parse(JSON.stringify(stack)) as Record<string, unknown>;
  const last = at.at(-1) ?? "";
  const holder = at.slice(0, -1).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], copy);
  if (typeof holder !== "object" || holder === null || (to === undefined && !Object.hasOwn(holder, last))) {
    throw new Error(`there is nothing at ${at.join(" / ")}`);
  }
  if (to === undefined) delete (holder as Record<string, unknown>)[last];
  else (holder as Record<string, unknown>)[last] = to;
  return copy as FixtureStack;
}

/** The fixtures beside a rule; they are named after it. */
export function fixturesOf({ name }: { readonly name: string }): Fixtures {
  return (require(`./rules/${name}.fixtures`) as { fixtures: Fixtures }).fixtures;
}
