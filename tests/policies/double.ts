import {
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import { Asked } from "../../policies/asked";
import { policies } from "../../policies/catalogue";
import type { FixtureResource, FixtureStack } from "../../policies/fixtures";
import { asPolicy, mergedPolicy, type Rule } from "../../policies/rule";
import { known, Unknown } from "../../policies/unknown";

/** How the engine marks a text that it does not know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Verdict {
  /** Messages, in the order in which they were reported. */
  readonly violations: readonly string[];
  /** The unknown value that kept the rule from being run to its end; unset where none did. */
  readonly unknown?: string;
}

/** Runs one rule over a stack as the engine would run it. */
export function verdictOf(rule: Rule, stack: FixtureStack): Verdict {
  return merged(
    "judge" in rule
      ? resourceVerdicts(asPolicy(rule, new Asked()), stack)
      : [stackVerdict(mergedPolicy("namespace-is-guarded", [rule], new Asked()), stack)],
  );
}

/** Runs the whole pack; each violation begins with the name of its policy. */
export function packVerdict(stack: FixtureStack): Verdict {
  return merged(
    policies.flatMap((policy) =>
      (isStackPolicy(policy) ? [stackVerdict(policy, stack)] : resourceVerdicts(policy, stack)).map((verdict) => ({
        ...verdict,
        violations: verdict.violations.map((message) => `${policy.name}: ${message}`),
      })),
    ),
  );
}

function isStackPolicy(policy: object): policy is StackValidationPolicy {
  return "validateStack" in policy;
}

function resourceVerdicts(policy: ResourceValidationPolicy, stack: FixtureStack): Verdict[] {
  const { validateResource } = policy;
  if (typeof validateResource !== "function") throw new Error(`${policy.name} has no single validator`);
  return Object.entries(stack).map(([name, resource]) =>
    verdict((report) => validateResource({ ...shown(name, resource), ...context() }, report)),
  );
}

function stackVerdict({ validateStack }: StackValidationPolicy, stack: FixtureStack): Verdict {
  const resources = new Map<string, PolicyResource>(
    Object.entries(stack).map(([name, resource]) => [
      name,
      { ...shown(name, resource), dependencies: [], propertyDependencies: {} },
    ]),
  );
  for (const [name, { dependsOn = [] }] of Object.entries(stack)) {
    const dependencies = dependsOn.flatMap((other) => resources.get(other) ?? []);
    resources.get(name)?.dependencies.push(...dependencies);
  }
  const args: StackValidationArgs = { resources: [...resources.values()], ...context() };
  return verdict((report) => validateStack(args, report));
}

function verdict(run: (report: (message: string) => void) => unknown): Verdict {
  const violations: string[] = [];
  const outcome = known(() => run((message) => violations.push(message)));
  return { violations, ...(outcome instanceof Unknown ? { unknown: outcome.error.message } : {}) };
}

function merged(verdicts: readonly Verdict[]): Verdict {
  const unknown = verdicts.find((one) => one.unknown !== undefined)?.unknown;
  return { violations: verdicts.flatMap(({ violations }) => violations), ...(unknown ? { unknown } : {}) };
}

/** As the SDK builds it from the engine's request; types are tokens, so `isType` is never asked. */
function shown(name: string, { type, props, provider }: FixtureResource) {
  const opts = { protect: false, ignoreChanges: [], aliases: [], customTimeouts, additionalSecretOutputs: [] };
  return {
    type,
    name,
    urn: `urn:pulumi:dev::bulkhead::${type}::${name}`,
    props: guarded(props),
    opts,
    isType: () => false,
    asType: () => undefined,
    ...(provider === undefined ? {} : { provider: providerNamed(provider) }),
  };
}

/** The SDK exports the function without its type. */
const guarded: <T extends object>(props: T) => T = unknownCheckingProxy;

const customTimeouts = { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 };

function providerNamed(name: string): NonNullable<ResourceValidationArgs["provider"]> {
  const type = "pulumi:providers:kubernetes";
  return { type, name, urn: `urn:pulumi:dev::bulkhead::${type}::${name}`, props: guarded({}) };
}

function context() {
  return {
    stackTags: new Map<string, string>(),
    getConfig: <T extends object>() => ({}) as T,
    notApplicable: (): never => {
      throw new Error("no rule of the pack says so");
    },
  };
}
