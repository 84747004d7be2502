import { expect } from "chai";
import type { ValidatingAdmissionPolicy } from "kubernetes-types/admissionregistration/v1";
import type { ClusterApi } from "../../../components/cluster/api";
import type { Manifest } from "../../../components/manifest";
import { applyAll, pathOf, until } from "../../support/apply";

type Policy = ValidatingAdmissionPolicy & Manifest;
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

const POD_RULE = { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] };

export function describeTypes(api: () => ClusterApi, policies: readonly Policy[]): void {
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

    it("which it would have found", async () => {
      const wrong: Policy = {
        apiVersion: "admissionregistration.k8s.io/v1",
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
      const twin = asValidations(wrong);
      await applyAll(api(), twin ? [twin] : []);
      const warnings = await typeWarnings(api(), twin ? [twin] : []);
      expect(warnings.join()).to.include("undefined field 'nodeNames'");
    });
  });
}
