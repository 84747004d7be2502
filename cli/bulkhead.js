#!/usr/bin/env node
require("../register");
require("./main.ts");
