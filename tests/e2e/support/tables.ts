/** A row of the table of what was tried: tenant, mark, promise and the server's words. */
export type FindingRow = readonly [tenant: string, mark: string, promise: string, reason: string];

/** Rows of the table under `what the cluster said`, with wrapped words joined again. */
export function findingRows(output: string): FindingRow[] {
  const [, below = ""] = output.split("what the cluster said");
  const rows: string[][] = [];
  for (const line of below
    .split("\n")
    .filter((text) => text.startsWith("│"))
    .slice(0)) {
    const [, tenant = "", mark = "", promise = "", reason = ""] = line.split("│").map((cell) => cell.trim());
    const last = rows.at(-1);
    if (mark === "" && last) last[3] = `${last[3]} ${reason}`;
    else rows.push([tenant || (last?.[0] ?? ""), mark, promise, reason]);
  }
  return rows as unknown as FindingRow[];
}
