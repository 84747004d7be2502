import Table from "cli-table3";
import type { Audit } from "./audit";

/** The audit as people read it in a terminal. */
export function auditTable({ asked, findings, undecided, interrupted }: Audit): string {
  const table = new Table({
    head: ["rule", "namespace", "object", "what is wrong; what to write instead"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, 70],
  });
  for (const { rule, namespace, object, message } of findings) table.push([rule, namespace, object, message]);
  const places = new Set(findings.map(({ namespace, object }) => `${namespace}/${object}`));
  return [
    ...(findings.length > 0 ? [table.toString()] : []),
    `${asked} objects asked about, ${places.size} would be refused, ${undecided.length} undecided`,
    ...undecided.map(({ namespace, object, reason }) => `? ${namespace}: ${object}: ${reason}`),
    ...(interrupted ? ["! interrupted: not everything was asked about"] : []),
  ].join("\n");
}

/** 0: nothing would be refused. 1: something would. 2: nothing that could be decided. 3: interrupted. */
export function auditExitCode({ findings, undecided, interrupted }: Audit): number {
  if (interrupted) return 3;
  if (findings.length > 0) return 1;
  return undecided.length > 0 ? 2 : 0;
}
