import Table from "cli-table3";
import pc from "picocolors";
import type { Finding } from "../../proof/live/first-look";

const MARKS: Readonly<Record<Finding["verdict"], string>> = {
  held: pc.green("✔"),
  broken: pc.red("✘"),
  unproven: pc.yellow("–"),
};

const REASON_WIDTH = 78;

/** What was tried as each tenant, with the server's own words. */
export function findingsTable(findings: readonly Finding[]): string {
  const table = new Table({
    head: ["tenant", "", "promise", "what the cluster said"],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [null, null, null, REASON_WIDTH],
  });
  const tenants = [...new Set(findings.map(({ tenant }) => tenant))];
  for (const tenant of tenants) {
    const own = findings.filter((finding) => finding.tenant === tenant);
    table.push(
      ...own.map(({ promise, verdict, reason }, index) => [
        index === 0 ? tenant : "",
        MARKS[verdict],
        promise,
        shortened(reason),
      ]),
    );
  }
  return table.toString();
}

/** The server repeats the object's name and kind; what is left is why. */
function shortened(reason: string): string {
  const why = reason.replace(/^[a-z.]+ "[^"]+" is forbidden: /, "");
  const most = REASON_WIDTH * 2 - 8;
  return why.length > most ? `${why.slice(0, most - 1)}…` : why;
}
