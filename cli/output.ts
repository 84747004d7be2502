import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** There is no place for a file that was asked for. The message is for the user. */
export class NotWritable extends Error {
  override readonly name = "NotWritable";
}

/**
 * Asked before the work begins whose outcome is to be written: minutes of it, or a tenant's removal, would have no record.
 * @throws NotWritable naming the first of the files that could not be written.
 */
export function checkWritable(...files: readonly (string | undefined)[]): void {
  for (const file of files) {
    const fault = file === undefined ? undefined : faultOf(file);
    if (fault !== undefined) throw new NotWritable(`${file} cannot be written: ${fault}`);
  }
}

function faultOf(file: string): string | undefined {
  const path = resolve(file);
  const isThere = existsSync(path);
  if (isThere && statSync(path).isDirectory()) return "it is a folder";
  if (!isThere && !existsSync(dirname(path))) return `there is no folder ${dirname(file)}`;
  try {
    accessSync(isThere ? path : dirname(path), constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
