import Table from "cli-table3";
import { BEYOND } from "../attacks/beyond";
import type { Evidence } from "../evidence";
import { grouped } from "../grouped";
import type { Proof } from "../prove";
import { exemptionsOf } from "./exemptions";
import { headline, tierLines } from "./summary";

/** More tenants than this do not fit beside each other: then each has a row, and only what is not enforced is spelt out. */
const MOST_COLUMNS = 6;

const PLAIN = { style: { head: [], border: [] } };

/** The proof as people read it in a terminal: tenant by claim, then everything that is not as it should be. */
export function proofTable(proof: Proof): string {
  const tenants = [...new Set(proof.evidence.map(({ tenant }) => tenant))];
  const table = tenants.length > MOST_COLUMNS ? tall(proof.evidence) : wide(proof.evidence, tenants);
  return [table, headline(proof), ...tierLines(proof), UNTRIED, ...notes(proof)].join("\n");
}

const UNTRIED = `${BEYOND.length} threats that no request can show are listed with their reasons by --markdown and --json`;

function wide(evidence: readonly Evidence[], tenants: readonly string[]): string {
  const table = new Table({ head: ["claim", ...tenants], ...PLAIN });
  for (const [title, row] of grouped(evidence, ({ claim }) => claim.title)) {
    const cells = new Map(row.map((it) => [it.tenant, cell(it)]));
    table.push([title, ...tenants.map((tenant) => cells.get(tenant) ?? "")]);
  }
  return table.toString();
}

function tall(evidence: readonly Evidence[]): string {
  const table = new Table({
    head: ["tenant", "enforced", "other claims"],
    wordWrap: true,
    colWidths: [null, null, 80],
    ...PLAIN,
  });
  for (const [tenant, row] of grouped(evidence, (it) => it.tenant)) {
    const enforced = row.filter(({ level }) => level === "enforced");
    const attacks = enforced.reduce((sum, { passed }) => sum + passed, 0);
    const others = row.filter(({ level }) => level !== "enforced").map((it) => `${it.claim.title}: ${cell(it)}`);
    table.push([tenant, `${enforced.length} of ${row.length} (${attacks})`, others.join(", ")]);
  }
  return table.toString();
}

/** `enforced 96`, `refuted 2/98`, `derived`. */
function cell({ level, passed, failed, inconclusive }: Evidence): string {
  if (level === "enforced") return `enforced ${passed}`;
  const tried = passed + failed + inconclusive;
  if (failed > 0) return `REFUTED ${failed}/${tried}`;
  if (level === "refuted") return "REFUTED";
  if (inconclusive > 0) return `${level} (${inconclusive}/${tried} undecided)`;
  return passed > 0 ? `${level} (${passed} stopped)` : level;
}

const MOST_REASONS = 5;

function notes({ evidence, strangers, plan }: Proof): string[] {
  const open = evidence.filter(({ level, failed, inconclusive }) => level === "refuted" || failed + inconclusive > 0);
  const worthKnowing = strangers.filter(({ claims }) => claims.length === 0);
  return [
    ...open.flatMap(({ tenant, sentence, level, reasons }) => [
      `${level === "refuted" ? "✘" : "?"} ${tenant}: ${sentence}`,
      ...reasons.slice(0, MOST_REASONS).map((reason) => `    ${reason}`),
      ...(reasons.length > MOST_REASONS ? [`    and ${reasons.length - MOST_REASONS} more`] : []),
    ]),
    ...plan.apart.map(
      ({ tenant, stack }) => `! ${tenant.id} is on a cluster of its own: npx bulkhead prove --stack ${stack}`,
    ),
    ...worthKnowing.map(({ finding }) => `! ${finding}`),
    ...exempted(exemptionsOf(plan).flatMap(({ what, by }) => (by === "estate" ? [what] : []))),
    ...staged(plan.tenants.filter(({ mode }) => mode === "warn").map(({ tenant }) => tenant.id)),
    ...(plan.estate.guardrails.mode === "warn" ? [UNGUARDED_NAMESPACES] : []),
  ];
}

function exempted(named: readonly string[]): string[] {
  return named.length === 0 ? [] : [`! exempt from the guardrails, since the estate says so: ${named.join(", ")}`];
}

/** Of the whole cluster, so a tenant's own mode is no matter. */
const UNGUARDED_NAMESPACES =
  "! guardrails.mode is warn: whoever has rights on namespaces themselves is only warned, in those of every tenant";

function staged(tenants: readonly string[]): string[] {
  return tenants.length === 0
    ? []
    : [`! guardrails only warn for ${tenants.join(", ")}: nothing that they would refuse there is enforced`];
}
