import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The program called `name` in the folders of PATH, or in `folders`. */
export function findOnPath(
  name: string,
  environment: NodeJS.ProcessEnv,
  folders: readonly string[] = (environment.PATH ?? "").split(delimiter),
): string | undefined {
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
