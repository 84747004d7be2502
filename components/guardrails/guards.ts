import { annotations } from "./annotations";
import { binding } from "./binding";
import { connect } from "./connect";
import { devices } from "./devices";
import { disruption } from "./disruption";
import { endpoints } from "./endpoints";
import { type Exemptions, NO_EXEMPTIONS } from "./identities";
import { identity } from "./identity";
import { images } from "./images";
import { lock } from "./lock";
import { namespaces } from "./namespaces";
import { networkPolicies } from "./network-policies";
import { placement } from "./placement";
import { priority } from "./priority";
import { rbac } from "./rbac";
import { resources } from "./resources";
import { routes } from "./routes";
import type { Guard } from "./rule";
import { runtime } from "./runtime";
import { services } from "./services";
import { state } from "./state";
import { status } from "./status";
import { storage } from "./storage";

/** One rule as it can be looked up: by attacks that name what stops them, and by reports. */
export interface RuleEntry {
  readonly id: string;
  readonly threats: readonly string[];
  /** Guards that hold it, by name. */
  readonly guards: readonly string[];
  readonly message: string;
  /** Of the first guard that holds it. */
  readonly reach: Guard["reach"];
}

/** Every guard, in the order of the threat model. */
export function guards(exemptions: Exemptions): Guard[] {
  return [
    ...placement(exemptions),
    ...runtime(exemptions),
    ...annotations(exemptions),
    ...images(),
    ...binding(exemptions),
    ...resources(exemptions),
    ...priority(exemptions),
    ...rbac(exemptions),
    ...identity(exemptions),
    ...namespaces(exemptions),
    ...lock(exemptions),
    ...status(exemptions),
    ...connect(exemptions),
    ...services(exemptions),
    ...endpoints(exemptions),
    ...routes(exemptions),
    ...networkPolicies(exemptions),
    ...storage(exemptions),
    ...disruption(exemptions),
    ...devices(exemptions),
    ...state(exemptions),
  ];
}

/** Every rule once, in the order of the guards. */
export const rules: readonly RuleEntry[] = catalogue(guards(NO_EXEMPTIONS));

function catalogue(all: readonly Guard[]): RuleEntry[] {
  const entries = new Map<string, RuleEntry>();
  for (const { name, reach, rules } of all) {
    for (const { id, threats, message } of rules) {
      const known = entries.get(id) ?? { id, threats, message, reach, guards: [] };
      entries.set(id, { ...known, guards: [...known.guards, name] });
    }
  }
  return [...entries.values()];
}
