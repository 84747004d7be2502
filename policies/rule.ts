import type { Policy, ResourceValidationPolicy, Severity, StackValidationPolicy } from "@pulumi/policy";
import type { Asked } from "./asked";
import { type FurnishedNamespace, furnishedNamespaces } from "./namespaces";
import type { Described } from "./objects";
import { known, Unknown } from "./unknown";

/** What is said about a rule: to the engine, and in docs/reference/policies.md. */
export interface RuleMetadata {
  /** Kebab-case, subject first. Also the name of the rule's files. */
  readonly name: string;
  /** Title of a few words. */
  readonly displayName: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  readonly severity: Severity;
  /** The concern, and the threats of the attack catalogue that the rule keeps out, as T77. */
  readonly tags: readonly string[];
  /** The public standard that asks for the same. Unset: none does. */
  readonly framework?: NonNullable<Policy["framework"]>;
  /** What whoever is refused has to do. */
  readonly remediationSteps: string;
}

/** A resource as the engine shows it before it is made; no more of it than rules read. */
export interface JudgedResource extends Described {
  readonly name: string;
  readonly provider?: { readonly name: string };
}

/**
 * `judge` is total and yields what is wrong as the rest of a sentence that begins with kind and name. It yields as it
 * reads: what it found before it meets an unknown value is reported.
 */
export interface ResourceRule extends RuleMetadata {
  readonly judge: (resource: JudgedResource) => Iterable<string>;
}

/** The same for a namespace and everything that the stack puts into it. */
export interface StackRule extends RuleMetadata {
  readonly judgeNamespace: (namespace: FurnishedNamespace) => Iterable<string>;
}

export type Rule = ResourceRule | StackRule;

/** Says which benchmark asks for the same. */
export function cis(reference: string, specification: string): NonNullable<Policy["framework"]> {
  return { name: "CIS Kubernetes Benchmark", version: "1.11.1", reference, specification };
}

export function asPolicy({ judge, tags, ...metadata }: ResourceRule, asked: Asked): ResourceValidationPolicy {
  return {
    ...metadata,
    tags: [...tags],
    enforcementLevel: "mandatory",
    validateResource: (resource, report) => {
      asked.remember(resource);
      for (const wrong of judge(resource)) report(`${subject(resource)} ${wrong}`);
    },
  };
}

/**
 * All stack rules as one policy: the engine's side copies every resource of the stack once for each policy, and that
 * copy costs a hundred times what the judging does. A violation begins with the name of its rule.
 */
export function mergedPolicy(name: string, rules: readonly StackRule[], asked: Asked): StackValidationPolicy {
  return {
    name,
    displayName: "Namespaces are guarded",
    description: `Every tenant namespace has all of its guards: ${rules.map((rule) => rule.name).join(", ")}.`,
    severity: "critical",
    tags: [...new Set(rules.flatMap(({ tags }) => tags))],
    remediationSteps: rules.map((rule) => `${rule.name}: ${rule.remediationSteps}`).join(" "),
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const unknowns: Unknown[] = [];
      for (const namespace of furnishedNamespaces(asked.complete(resources))) {
        for (const rule of rules) {
          // An unknown value in one namespace keeps no other namespace from being judged.
          const outcome = known(() => {
            for (const wrong of rule.judgeNamespace(namespace)) {
              report(`${rule.name}: ${subject(namespace.resource)} ${wrong}`, namespace.resource.urn);
            }
          });
          if (outcome instanceof Unknown) unknowns.push(outcome);
        }
      }
      // The engine turns this into a note that the policy could not be run: never green over what was not judged.
      for (const { error } of unknowns) throw error;
    },
  };
}

/** By its name in the program, which is never a secret, as a name on the cluster might be. */
function subject({ type, name }: { type: string; name: string }): string {
  const kind = type.startsWith("pulumi:providers:") ? "Provider" : type.split(":").at(-1);
  return `${kind} "${name}"`;
}
