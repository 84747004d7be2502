/** A row of the table of what was tried: tenant, mark, promise and the server's words. */
export type FindingRow = readonly [tenant: string, mark: string, promise: string, reason: string];

/** Rows of the table under `what the cluster said`, with wrapped words joined again. */
export function findingRows(output: string): FindingRow[] {
  const [, below = ""] = output.split("what the cluster said");
  const rows: string[][] = [];
  for (const cells of rowsOf(below)) {
    const [tenant = "", mark = "", promise = "", reason = ""] = cells;
    const last = rows.at(-1);
    if (mark === "" && last) last[3] = `${last[3]} ${reason}`;
    else rows.push([tenant || (last?.[0] ?? ""), mark, promise, reason]);
  }
  return rows as unknown as FindingRow[];
}

/** Rows of the table of claims, its head first. */
export function claimRows(output: string): string[][] {
  return rowsOf(output.slice(Math.max(0, output.indexOf("│ claim"))));
}

/** Cells of the first table in a text, row by row. */
function rowsOf(text: string): string[][] {
  const [table = ""] = text.split("└");
  const lines = table.split("\n").filter((line) => line.startsWith("│"));
  return lines.map((line) =>
    line
      .split("│")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
