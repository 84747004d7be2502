import { expect } from "chai";
import type { ValidatingAdmissionPolicy } from "kubernetes-types/admissionregistration/v1";
import type { ClusterApi } from "../../../components/cluster/api";
import type { ResourceRule } from "../../../components/guardrails/matrix";
import type { GuardrailManifests } from "../../../components/guardrails/plan";
import type { MutatingPolicy } from "../../../components/guardrails/policies";
import type { Manifest } from "../../../components/manifest";
import { applyAll, pathOf, until } from "../../support/apply";

type Policy = ValidatingAdmissionPolicy & Manifest;
const ADMISSION = "admissionregistration.k8s.io/v1";

type Checked = {
  metadata: { generation: number };
  status?: {
    observedGeneration?: number;
    typeChecking?: { expressionWarnings?: { fieldRef: string; warning: string }[] };
  };
};

/** A controller checks one policy after the other, and there may be many before. */
const CHECK_MS = 5 * 60_000;

/** The server checks validations against the types of what they judge. What it says about each, a line per complaint. */
export async function typeWarnings(api: ClusterApi, policies: readonly Policy[]): Promise<string[]> {
  const found: string[] = [];
  for (const policy of policies) {
    let checked: Checked | undefined;
    const isChecked = async () => {
      checked = await api.get<Checked>(pathOf(policy));
      const { metadata, status } = checked;
      return status?.observedGeneration === metadata.generation && status.typeChecking !== undefined;
    };
    await until(`${policy.metadata.name} is checked`, isChecked, CHECK_MS);
    for (const { fieldRef, warning } of checked?.status?.typeChecking?.expressionWarnings ?? []) {
      found.push(`${policy.metadata.name} ${fieldRef}: ${warning}`);
    }
  }
  return found;
}

/**
 * Conditions and variables are not checked by the server, so here they stand where it looks: as validations of a
 * policy that is bound nowhere.
 */
export function asValidations({ apiVersion, kind, metadata, spec }: Policy): Policy | undefined {
  const conditions = (spec?.matchConditions ?? []).map(({ expression }) => expression);
  const variables = (spec?.variables ?? []).map(({ expression }) => `[${expression}].size() == 1`);
  const validations = [...conditions, ...variables].map((expression) => ({ expression }));
  if (!spec || validations.length === 0) return undefined;
  const { matchConditions: _, ...rest } = spec;
  return { apiVersion, kind, metadata: { name: `typed-${metadata.name}` }, spec: { ...rest, validations } };
}

/**
 * What mutating policies compute, as validations: the server types those, and looks at no mutation before it is at work,
 * where a misspelt field is never there and so changes nothing. An object that is built becomes a list of its fields.
 */
export function mutationsAsValidations({ metadata, spec }: MutatingPolicy): Policy {
  const patches = spec.mutations.map((mutation) =>
    "jsonPatch" in mutation ? mutation.jsonPatch.expression : mutation.applyConfiguration.expression,
  );
  return {
    apiVersion: ADMISSION,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: `typed-${metadata.name}` },
    spec: {
      matchConstraints: spec.matchConstraints,
      variables: [...spec.variables],
      validations: [
        ...spec.matchConditions.map(({ expression }) => ({ expression })),
        ...spec.variables.map(({ expression }) => ({ expression: `[${expression}].size() == 1` })),
        ...patches.map((expression) => ({ expression: `(${typed(expression)}).size() >= 0` })),
      ],
    },
  };
}

/** What only mutations may call, left out. */
function typed(expression: string): string {
  return asLists(expression.replaceAll("jsonpatch.escapeKey(", "string("));
}

const BUILDS = /\b(?:Object(?:\.\w+)*|JSONPatch)\{/;

/** `Object.spec{?a: b, c: Object.spec.c{d: e}}` as `[dyn(b), dyn([dyn(e)])]`. */
export function asLists(expression: string): string {
  const start = BUILDS.exec(expression);
  if (!start) return expression;
  const open = start.index + start[0].length;
  const close = closing(expression, open);
  const fields = split(expression.slice(open, close)).map((field) => `dyn(${asLists(field.replace(/^\??\w+: /, ""))})`);
  const rest = asLists(expression.slice(close + 1));
  return `${expression.slice(0, start.index)}[${fields.join(", ")}]${rest}`;
}

/** Where what is open at a place is closed again. Texts hold no brackets here. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if ("{[(".includes(text[at] ?? "")) depth++;
    if ("}])".includes(text[at] ?? "")) depth--;
    if (depth === 0) return at;
  }
  throw new Error(`nothing closes ${text.slice(from)}`);
}

/** At the commas between fields. */
function split(fields: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < fields.length; at++) {
    if ("{[(".includes(fields[at] ?? "")) depth++;
    if ("}])".includes(fields[at] ?? "")) depth--;
    if (depth === 0 && fields[at] === ",") {
      parts.push(fields.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = fields.slice(start).trim();
  return last === "" ? parts : [...parts, last];
}

/** Of what a policy of everything meets, kinds that are as different as can be: the server types no wildcard. */
const SAMPLES = [
  { apiGroups: [""], apiVersions: ["v1"], resources: ["pods", "configmaps", "serviceaccounts"] },
  { apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"] },
  { apiGroups: ["batch"], apiVersions: ["v1"], resources: ["cronjobs"] },
];

/** A policy that matches by wildcard, as one of kinds that have types; undefined for a policy that has them itself. */
export function ofSamples(policy: Policy): Policy | undefined {
  const rules = (policy.spec?.matchConstraints?.resourceRules ?? []).map((rule) => rule as ResourceRule);
  if (!rules.some(({ resources }) => resources.some((resource) => resource.includes("*")))) return undefined;
  const matchConstraints = { resourceRules: SAMPLES.map((rule) => ({ ...rule, operations: ["CREATE", "UPDATE"] })) };
  const metadata = { name: `sampled-${policy.metadata.name}` };
  return { apiVersion: ADMISSION, kind: policy.kind, metadata, spec: { ...policy.spec, matchConstraints } };
}

const POD_RULE = { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] };

export function describeTypes(
  api: () => ClusterApi,
  { policies, mutations }: Pick<GuardrailManifests, "policies" | "mutations">,
): void {
  describe("types", function () {
    this.timeout(CHECK_MS);

    it("the server finds no mistake in any rule", async () => {
      expect(await typeWarnings(api(), policies)).to.deep.equal([]);
    });

    it("nor in any condition or variable", async () => {
      const twins = policies.map(asValidations).filter((twin) => twin !== undefined);
      await applyAll(api(), twins);
      expect(await typeWarnings(api(), twins)).to.deep.equal([]);
    });

    it("nor in what is filled in", async () => {
      const twins = mutations.map(mutationsAsValidations);
      await applyAll(api(), twins);
      expect(await typeWarnings(api(), twins)).to.deep.equal([]);
    });

    it("nor in what is asked of everything", async () => {
      const twins = policies.flatMap((policy) => [ofSamples(policy), twinOf(ofSamples(policy))]);
      const sampled = twins.filter((twin) => twin !== undefined);
      expect(sampled).to.have.length(2);
      await applyAll(api(), sampled);
      expect(await typeWarnings(api(), sampled)).to.deep.equal([]);
    });

    it("which it would have found", async () => {
      const wrong: Policy = {
        apiVersion: ADMISSION,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name: "wrong" },
        spec: {
          matchConstraints: {
            resourceRules: [POD_RULE],
          },
          matchConditions: [{ name: "typo", expression: "object.spec.?nodeNames.hasValue()" }],
          validations: [{ expression: "true" }],
        },
      };
      const [filling] = mutations.filter(({ metadata }) => metadata.name.startsWith("bulkhead-fill-pods"));
      if (!filling) throw new Error("nothing is filled into pods");
      const misspelt: MutatingPolicy = JSON.parse(
        JSON.stringify(filling).replaceAll("object.spec.runtimeClassName", "object.spec.runtimeClassNames"),
      );
      const twins = [asValidations(wrong), mutationsAsValidations({ ...misspelt, metadata: { name: "misspelt" } })];
      const typed = twins.filter((twin) => twin !== undefined);
      await applyAll(api(), typed);
      const warnings = await typeWarnings(api(), typed);
      expect(warnings.join()).to.include("undefined field 'nodeNames'");
      expect(warnings.join()).to.include("undefined field 'runtimeClassNames'");
    });
  });
}

function twinOf(policy: Policy | undefined): Policy | undefined {
  return policy && asValidations(policy);
}
