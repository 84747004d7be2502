import type { Result } from "../attacks/run";
import { grouped } from "../grouped";
import type { Proof } from "../prove";
import { shortcomings } from "./summary";
import { isSwept } from "./swept";

/** The proof as a test report: a suite for each namespace, a case for each attack and path, one for all of a sweep. */
export function proofJunit(proof: Proof): string {
  const cases = proof.results.filter((result) => !isSwept(result)).map(testCase);
  const sweeps = [
    ...grouped(proof.results.filter(isSwept), ({ namespace, threat }) => `${namespace} ${threat}`).values(),
  ];
  const found = proof.strangers.map(({ tenant, claims, finding }) => ({
    suite: tenant ?? "platform",
    xml: element(finding, "strangers", claims.length > 0 ? failure(finding) : skipped(finding)),
    failed: claims.length > 0,
  }));
  const all = [...cases, ...sweeps.map(sweepCase), ...found, ...brokenCases(proof)];
  const suites = [...grouped(all, ({ suite }) => suite)].map(([name, members]) => suiteXml(name, members));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bulkhead prove" time="${proof.seconds}">\n${suites.join("\n")}\n</testsuites>\n`;
}

interface Case {
  readonly suite: string;
  readonly xml: string;
  readonly failed: boolean;
}

function testCase(result: Result): Case {
  const { namespace, attack, title, path, verdict, reason, threat } = result;
  return {
    suite: namespace,
    xml: element(`${attack} ${title} (${path})`, threat, outcome(verdict, reason)),
    failed: verdict === "failed",
  };
}

function sweepCase(group: readonly Result[]): Case {
  const [first] = group;
  const name = `${first?.threat}: ${group.length} kinds and verbs that were refused`;
  return { suite: first?.namespace ?? "", xml: element(name, first?.threat ?? "", ""), failed: false };
}

function brokenCases(proof: Proof): Case[] {
  return shortcomings(proof).map((why) => ({
    suite: "platform",
    xml: element("the proof was carried through", "run", `<error message="${xmlText(why)}"/>`),
    failed: true,
  }));
}

function outcome(verdict: Result["verdict"], reason: string): string {
  if (verdict === "passed") return "";
  return verdict === "failed" ? failure(reason) : skipped(`${verdict}: ${reason}`);
}

function failure(message: string): string {
  return `<failure message="${xmlText(message)}"/>`;
}

function skipped(message: string): string {
  return `<skipped message="${xmlText(message)}"/>`;
}

function element(name: string, className: string, inner: string): string {
  return `    <testcase name="${xmlText(name)}" classname="${xmlText(className)}">${inner}</testcase>`;
}

function suiteXml(name: string, members: readonly Case[]): string {
  const failures = members.filter(({ failed }) => failed).length;
  const lines = members.map(({ xml }) => xml).join("\n");
  return `  <testsuite name="${xmlText(name)}" tests="${members.length}" failures="${failures}">\n${lines}\n  </testsuite>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** A server's words may hold anything; for control characters XML has no spelling. */
function xmlText(text: string): string {
  return text.replace(/\p{Cc}|[\ufffe\uffff]/gu, " ").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
