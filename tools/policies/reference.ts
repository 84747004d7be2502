import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rules, stackRules } from "../../policies/catalogue";
import { fixturesOf } from "../../policies/fixtures";
import type { Rule } from "../../policies/rule";

export const POLICY_REFERENCE = join(__dirname, "..", "..", "docs", "reference", "policies.md");

/** The page about the policy pack: from the rules' own words and the fixtures that prove them. */
export function policyReference(): string {
  return `${[INTRODUCTION, table(), ...rules.map(section), BLIND_SPOTS].join("\n\n")}\n`;
}

const INTRODUCTION = `# Policies

<!-- Written by \`npm run docs\` from policies/rules: change it there. -->

What \`pulumi preview --policy-pack policies\` refuses, before anything is deployed. Every rule is mandatory. A rule about one
resource also stops \`pulumi up\` before that resource is made; a rule about a whole namespace is judged at the end, so
only the preview comes in time. A preview that does not know a value yet says that a rule could not be run instead of
letting it pass.`;

const BLIND_SPOTS = `## What the pack cannot see

- What a Helm \`Release\` installs, what a \`Job\` applies, and what others make in the cluster: the guardrails in the cluster judge those.
- Fields under \`ignoreChanges\`: the rules judge what the program says, and the cluster may have something else.
- The rules of a role that the stack binds but does not make.
- Whether the network plugin enforces a NetworkPolicy at all, and which addresses an \`ipBlock\` covers.`;

function table(): string {
  const rows = rules.map(
    (rule) => `| [${rule.name}](#${rule.name}) | ${rule.severity} | ${scope(rule)} | ${rule.displayName} |`,
  );
  return ["| rule | severity | judges | in short |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function scope(rule: Rule): string {
  return stackRules.some(({ name }) => name === rule.name) ? "a namespace with its guards" : "one resource";
}

function section(rule: Rule): string {
  const { good, bad } = fixturesOf(rule);
  const [example] = Object.values(bad);
  return [
    `## ${rule.name}`,
    rule.description,
    ...facts(rule),
    `To mend it: ${rule.remediationSteps}`,
    `- passes: ${Object.keys(good).join("; ")}\n- refused: ${Object.keys(bad).join("; ")}`,
    `\`\`\`text\n${example?.says}\n\`\`\``,
  ].join("\n\n");
}

function facts({ tags, framework }: Rule): string[] {
  const threats = tags.filter((tag) => /^T\d+$/.test(tag));
  const said = [
    ...(threats.length > 0 ? [`Threats: ${threats.join(", ")}.`] : []),
    ...(framework ? [`Asked for by ${framework.name} ${framework.version}, ${framework.reference}.`] : []),
  ];
  return said.length > 0 ? [said.join(" ")] : [];
}

if (require.main === module) writeFileSync(POLICY_REFERENCE, policyReference());
