// Runs TypeScript as it is: node -r ./register.js FILE.ts. Each source is transpiled once and kept under the digest of
// its text, so that a start reads JavaScript and does not wait for a compiler (docs/decisions/0011). Nothing here
// checks types; npm run check does.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { basename, join } = require("node:path");

/** Not in the repository, and gone with the packages that filled it. */
const CACHE = join(__dirname, "node_modules", ".cache", "bulkhead");

/** What Node 20 runs as it is; the module format is the one that Pulumi's launcher can load. */
const OPTIONS = { target: "ES2023", module: "CommonJS", esModuleInterop: true, sourceMap: true };

/** What an answer depends on beside the source. */
const COMPILER = JSON.stringify([require("typescript/package.json").version, OPTIONS]);

/** Where the JavaScript of a source is kept, its map beside it, by the source's path. */
const kept = new Map();

require.extensions[".ts"] = (module, file) => {
  const source = readFileSync(file, "utf8");
  const digest = createHash("sha256")
    .update(`${COMPILER}\n${basename(file)}\n${source}`)
    .digest("hex");
  const place = join(CACHE, `${digest.slice(0, 32)}.js`);
  kept.set(file, place);
  module._compile(readIfThere(place) ?? transpile(source, file, place), file);
};

function transpile(source, file, place) {
  const { transpileModule } = require("typescript");
  const { outputText, sourceMapText } = transpileModule(source, { fileName: basename(file), compilerOptions: OPTIONS });
  try {
    mkdirSync(CACHE, { recursive: true });
    // The map first: whoever finds the JavaScript finds both.
    writeWhole(`${place}.map`, sourceMapText);
    writeWhole(place, outputText);
  } catch {
    // Packages that nobody may write to: every start transpiles, and works.
  }
  return outputText;
}

/** Others may be reading or writing the same file, and this process may end at any time. */
function writeWhole(place, text) {
  const draft = `${place}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, place);
}

function readIfThere(place) {
  try {
    return readFileSync(place, "utf8");
  } catch {
    return undefined;
  }
}

/** Stack traces name lines of the sources. Pulumi's launcher brings the same package: what is added here counts there. */
function installMaps() {
  require("source-map-support").install({
    environment: "node",
    handleUncaughtExceptions: false,
    retrieveSourceMap(file) {
      const map = kept.has(file) ? readIfThere(`${kept.get(file)}.map`) : undefined;
      return map ? { url: file, map } : null;
    },
  });
}

// Loaded for the first stack that somebody reads, which in most runs is none.
const before = Error.prepareStackTrace;
Error.prepareStackTrace = (error, frames) => {
  Error.prepareStackTrace = before;
  installMaps();
  return Error.prepareStackTrace(error, frames);
};
