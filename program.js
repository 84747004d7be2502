// What the Pulumi CLI runs: index.ts, from the cache of ./register.js.
require("./register");

module.exports = require("./index.ts");
