#!/usr/bin/env node
// Our sources run as they are. The package's own tsconfig counts, wherever the command is called from.
const { join } = require("node:path");

require("ts-node").register({ cwd: join(__dirname, ".."), transpileOnly: true });
require("./main");
