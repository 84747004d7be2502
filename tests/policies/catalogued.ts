import type { Fixtures } from "../../policies/fixtures";

/** The fixtures beside a rule; they are named after it. */
export function fixturesOf({ name }: { readonly name: string }): Fixtures {
  return (require(`../../policies/rules/${name}.fixtures`) as { fixtures: Fixtures }).fixtures;
}
