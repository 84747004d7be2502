import { passThrough } from "../../../tools/engine/pass-through";

/** What tools/pulumi.ts does, for a folder that the test names first. */
const [folder = "", ...args] = process.argv.slice(2);
passThrough(folder, args, { cwd: process.cwd() });
