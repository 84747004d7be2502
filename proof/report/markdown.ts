import { BEYOND } from "../attacks/beyond";
import type { Result } from "../attacks/run";
import { tallyByTier } from "../attacks/tally";
import { tierOf } from "../attacks/tiers";
import { CLAIMS, residuals } from "../claims";
import type { Evidence } from "../evidence";
import { grouped } from "../grouped";
import type { Proof } from "../prove";
import { reachability } from "../static/network";
import { type Exemption, exemptionsOf } from "./exemptions";
import { headline } from "./summary";

/** The proof as a page for a reviewer: what is claimed, on what grounds, what got through, and what is not claimed. */
export function proofMarkdown(proof: Proof): string {
  const { at, server, kubernetes, broken } = proof;
  return [
    "# Isolation, as proven",
    `${at}, ${server}, Kubernetes ${kubernetes}. ${headline(proof)}.`,
    ...(broken === undefined ? [] : ["**Incomplete**: what follows is what was found until then."]),
    LEVELS,
    "## By what has to run for an answer",
    TIERS_SAID,
    table(
      ["tier", "attacks", "stopped by whom they should be", "not", "undecided", "not testable here"],
      tallyByTier(proof.results).map((it) =>
        [it.tier, it.tried, it.passed, it.failed, it.inconclusive, it.untestable].map(String),
      ),
    ),
    ...tenants(proof),
    ...apart(proof),
    ...failures(proof),
    ...strangers(proof),
    "## Who may connect to whom",
    table(
      ["from", "to", "ports"],
      reachability(proof.plan).open.map(({ from, to, ports }) => [from, to, ports.join(", ")]),
    ),
    "## Whom and what the guardrails let pass",
    ...exempted(exemptionsOf(proof.plan)),
    "## What was not tried, and why",
    ...untested(proof.results),
    table(
      ["threat", "tier", "what", "why not"],
      BEYOND.map((threat) => [threat.id, tierOf(threat), threat.title, threat.reason]),
    ),
    "",
  ].join("\n\n");
}

const LEVELS =
  "*enforced*: the API server refused every attack, by the layer that should, while the legal twin was let through. *derived*: computed from what was deployed. *declared*: deployed, and nothing more is known. **refuted**: something got through.";

const TIERS_SAID =
  "A: the API server alone. B: controllers and the scheduler too. C: real nodes. D: a cloud's identities. S: only what was planned.";

function tenants({ plan, evidence }: Proof): string[] {
  return [...grouped(evidence, ({ tenant }) => tenant)].flatMap(([id, claims]) => {
    const tenant = plan.tenants.find((candidate) => candidate.tenant.id === id);
    const { cluster, nodes, runtime } = tenant?.tenant.isolation ?? { cluster: "", nodes: "", runtime: "" };
    return [
      `## ${id}`,
      `Cluster ${cluster}, nodes ${nodes}, runtime ${runtime}; guardrails ${tenant?.mode}.`,
      table(["claim", "evidence", "attacks", "why not more"], claims.map(claimRow)),
      `Still shared: ${(tenant ? residuals(tenant) : []).join("; ")}.`,
    ];
  });
}

function apart({ plan }: Proof): string[] {
  if (plan.apart.length === 0) return [];
  const rows = plan.apart.map(({ tenant, stack, cluster }) => [tenant.id, cluster, stack]);
  return ["## On clusters of their own, each with a proof of its own", table(["tenant", "cluster", "stack"], rows)];
}

function claimRow({ sentence, level, passed, failed, inconclusive, reasons }: Evidence): string[] {
  const tried = passed + failed + inconclusive;
  const [first = ""] = reasons;
  const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : "";
  return [
    sentence,
    level === "refuted" ? "**refuted**" : level,
    tried === 0 ? "" : `${passed} of ${tried}`,
    `${first}${more}`,
  ];
}

function failures({ results }: Proof): string[] {
  const failed = results.filter(({ verdict }) => verdict === "failed" || verdict === "inconclusive");
  if (failed.length === 0) return [];
  const rows = failed.map(({ verdict, namespace, attack, tier, title, path, reason }) => [
    verdict,
    namespace,
    attack,
    tier,
    `${title} (${path})`,
    reason,
  ]);
  return [
    "## What was not stopped as it should be",
    table(["verdict", "namespace", "attack", "tier", "what", "why"], rows),
  ];
}

function strangers({ strangers: found }: Proof): string[] {
  if (found.length === 0) return [];
  const titles = new Map(CLAIMS.map(({ id, title }) => [id, title]));
  const rows = found.map(({ tenant = "", claims, finding }) => [
    tenant,
    finding,
    claims.map((id) => titles.get(id) ?? id).join(", "),
  ]);
  return ["## What the estate does not know", table(["tenant", "found", "contradicts"], rows)];
}

function exempted(exemptions: readonly Exemption[]): string[] {
  const alike = grouped(exemptions, ({ by, rules }) => `${by} ${rules.join(" ")}`);
  const rows = [...alike.values()].map((group) => [
    group.map(({ what }) => what).join(", "),
    group[0]?.rules.join(", ") || "every rule",
    group[0]?.by === "estate" ? "the estate" : "",
  ]);
  return [table(["who or what", "let pass by", "said by"], rows)];
}

function untested(results: readonly Result[]): string[] {
  const reasons = grouped(
    results.filter(({ verdict, path }) => verdict === "untestable" && path === "direct"),
    ({ reason }) => reason,
  );
  if (reasons.size === 0) return [];
  const rows = [...reasons].map(([reason, group]) => [
    reason,
    [...new Set(group.map(({ attack }) => attack))].join(", "),
    [...new Set(group.map(({ namespace }) => namespace))].join(", "),
  ]);
  return [table(["reason", "attacks", "namespaces"], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A server's words are text, whatever they look like to Markdown. */
function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[|<>[\]`]/g, (character) => `\\${character}`);
}
