import { realpathSync } from "node:fs";
import { join } from "node:path";
import { redirection } from "./redirect";

/** What the embedded CLI's wrapper asks first: its folder, then the CLI's arguments. */
const [folder = "", ...args] = process.argv.slice(2);
process.stdout.write(
  redirection({ args, cwd: folderOfShell(), environment: process.env }, join(__dirname, "..", ".."), folder),
);

/** By the name that the shell has for it, as the CLI; a link has another, and so another selection. */
function folderOfShell(): string {
  const { PWD } = process.env;
  try {
    return PWD !== undefined && realpathSync(PWD) === process.cwd() ? PWD : process.cwd();
  } catch {
    return process.cwd();
  }
}
