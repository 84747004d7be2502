import type { Result } from "../attacks/run";
import type { Proof } from "../prove";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** What is wrong, for a code scanner: one result for each attack that was not stopped, at the file the tenant stands in. */
export function proofSarif({ results, strangers, broken, kubernetes }: Proof, stackFile: string): object {
  const open = results.filter(({ verdict }) => verdict === "failed" || verdict === "inconclusive");
  const rules = new Map(open.map((result) => [result.attack, rule(result)]));
  const known = strangers.length === 0 ? [] : [{ id: "stranger", shortDescription: { text: "not in the estate" } }];
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "bulkhead prove", rules: [...rules.values(), ...known] } },
        invocations: [
          {
            executionSuccessful: broken === undefined,
            ...(broken === undefined ? {} : { exitCodeDescription: broken }),
          },
        ],
        properties: { kubernetes },
        results: [
          ...open.map((result) => ({
            ruleId: result.attack,
            level: result.verdict === "failed" ? "error" : "warning",
            message: { text: `${result.tenant}: ${result.title} (${result.path}): ${result.reason}` },
            partialFingerprints: { attack: [result.namespace, result.attack, result.path].join("/") },
            locations: [location(stackFile, result.namespace)],
          })),
          ...strangers.map(({ tenant, claims, finding }) => ({
            ruleId: "stranger",
            level: claims.length > 0 ? "error" : "note",
            message: { text: finding },
            partialFingerprints: { finding },
            locations: [location(stackFile, tenant ?? "platform")],
          })),
        ],
      },
    ],
  };
}

function rule({ attack, title, expected, alias }: Result): object {
  return {
    id: attack,
    shortDescription: { text: title },
    help: { text: `to be stopped by ${expected}` },
    properties: { tags: ["security", ...(alias === undefined ? [] : [alias])] },
  };
}

function location(uri: string, namespace: string): object {
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [{ name: namespace, kind: "namespace" }],
  };
}
