import { join } from "node:path";
import { passThrough } from "./engine/pass-through";

/** `npm run pulumi -- ARGS`: the embedded CLI as it is. */
passThrough(join(__dirname, "..", ".bulkhead"), process.argv.slice(2), { cwd: process.env.INIT_CWD ?? process.cwd() });
