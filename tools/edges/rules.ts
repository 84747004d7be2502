import { posix } from "node:path";
import type { Edge, Mention, Source, Tree } from "./source";

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  /** What to do in its place. */
  readonly instead: string;
}

type Rule = (source: Source, tree: Tree) => Violation[];

/** From the ground up: a room may use those before it, never those after it, nor the one that stands beside it. */
const FLOORS: readonly (readonly string[])[] = [
  ["config"],
  ["components"],
  ["policies", "proof"],
  ["cli", "index.ts"],
  ["tools"],
  ["tests"],
];

/** The folder at the top that a file is in; the file itself where it lies at the top. */
function roomOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function floorOf(file: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
}

const roomIsKnown: Rule = ({ file }) => {
  if (floorOf(file) >= 0) return [];
  return [
    {
      file,
      line: 1,
      what: `${roomOf(file)} is no room of this program`,
      instead: `move it into one of ${FLOORS.flat().join(", ")}`,
    },
  ];
};

const importsGoDown: Rule = ({ file, edges }) =>
  edges.flatMap(({ line, target }) => {
    if (target === undefined || roomOf(target) === roomOf(file) || floorOf(target) < floorOf(file)) return [];
    const [from, to] = [roomOf(file), roomOf(target)];
    if (to === "tools" || to === "tests") {
      const why = `imports ${target}, which is for development only`;
      return [{ file, line, what: why, instead: `move what ${from} needs out of ${to}` }];
    }
    const where = floorOf(target) === floorOf(file) ? "stands beside it" : "stands above it";
    const instead = `move what both need into ${FLOORS[Math.max(0, floorOf(file) - 1)]?.join(" or ")}`;
    return [{ file, line, what: `imports ${target}: ${to} ${where}`, instead }];
  });

function isPulumi({ specifier }: Edge): boolean {
  return specifier.startsWith("@pulumi/");
}

/** Whatever imports Pulumi, if only its types, is a component; everything else in components/ is a planner. */
function isComponent(source: Source): boolean {
  return source.edges.some(isPulumi);
}

const plannersArePure: Rule = (source, tree) => {
  if (roomOf(source.file) !== "components" || isComponent(source)) return [];
  return source.edges.flatMap(({ line, target }) => {
    const imported = tree.get(target ?? "");
    if (!imported || roomOf(imported.file) !== "components" || !isComponent(imported)) return [];
    const what = `imports ${imported.file}, a component, and imports no Pulumi itself, so it is a planner`;
    return [{ file: source.file, line, what, instead: "pass what it needs as plain data" }];
  });
};

/** How a file comes to load Pulumi, as a list of files; undefined when it does not. */
function wayToPulumi(file: string, tree: Tree, seen: Set<string> = new Set()): string[] | undefined {
  const source = tree.get(file);
  if (!source || seen.has(file)) return undefined;
  seen.add(file);
  const loaded = source.edges.filter(({ carries }) => carries === "values");
  const pulumi = loaded.find(isPulumi);
  if (pulumi) return [file, pulumi.specifier];
  for (const { target } of loaded) {
    const way = target === undefined ? undefined : wayToPulumi(target, tree, seen);
    if (way) return [file, ...way];
  }
  return undefined;
}

const plainDataLoadsNoPulumi: Rule = ({ file, edges }, tree) => {
  const room = roomOf(file);
  if (!["config", "policies", "proof"].includes(room)) return [];
  return edges.flatMap((edge) => {
    const { line, specifier, target, carries } = edge;
    if (isPulumi(edge) && !(room === "policies" && specifier === "@pulumi/policy")) {
      const what = `imports ${specifier}; ${room} works on plain data`;
      return [{ file, line, what, instead: "take what Pulumi knows as an argument" }];
    }
    if (target === undefined || carries === "types" || roomOf(target) === room) return [];
    const way = wayToPulumi(target, tree);
    if (!way) return [];
    return [
      { file, line, what: `loads Pulumi: ${way.join(" -> ")}`, instead: "import the planner beside the component" },
    ];
  });
};

/** What a stack consists of, and the credential of an existing cluster. */
const FILE_READERS = [
  "config/read.ts",
  "config/folder.ts",
  "config/yaml.ts",
  "components/cluster/kubeconfig.ts",
  "components/cluster/credentials.ts",
];

const filesAreReadInOnePlace: Rule = ({ file, edges }) => {
  if (!["config", "components"].includes(roomOf(file)) || FILE_READERS.includes(file)) return [];
  return edges
    .filter(({ specifier, carries }) => /^(node:)?fs(\/promises)?$/.test(specifier) && carries === "values")
    .map(({ line }) => ({
      file,
      line,
      what: "touches files",
      instead: "let config/read.ts read them and take what is in them",
    }));
};

/** Ways to ask the engine which stack this is and how it is configured. */
const ENGINE_FACTS = ["Config", "getStack", "getProject", "getOrganization", "allConfig", "getRootDirectory"];

const engineIsAskedInOnePlace: Rule = (source) => {
  const { file, mentions } = source;
  if (file === "index.ts" || floorOf(file) >= floorOf("tools") || !isComponent(source)) return [];
  const asks = ({ name }: Mention) => ENGINE_FACTS.includes(name);
  return mentions.filter(asks).map(({ line, name }) => ({
    file,
    line,
    what: `asks the engine for ${name}`,
    instead: "let index.ts ask, and take the answer as an argument",
  }));
};

const sdksAreImportedByPart: Rule = ({ file, edges }) =>
  edges
    .filter(({ specifier }) => /^@pulumi\/(?!pulumi$|policy$)[^/]+$/.test(specifier))
    .map(({ line, specifier }) => ({
      file,
      line,
      what: `imports the whole of ${specifier}, which takes seconds`,
      instead: `import from the folder of it that is needed, as ${specifier}/provider`,
    }));

const LONGEST_FILE = 300;

const filesAreShort: Rule = ({ file, lines }) => {
  if (lines <= LONGEST_FILE || roomOf(file) === "tests" || file.endsWith(".generated.ts")) return [];
  return [
    {
      file,
      line: LONGEST_FILE + 1,
      what: `is ${lines} lines long, more than ${LONGEST_FILE}`,
      instead: "split it where the story changes",
    },
  ];
};

const NAMELESS = /^(utils?|helpers?|misc|common)$/;

const namesSayWhat: Rule = ({ file }) =>
  file
    .split("/")
    .filter((name) => NAMELESS.test(posix.basename(name, ".ts")))
    .map((name) => ({
      file,
      line: 1,
      what: `"${name}" names nothing`,
      instead: "find the concept that is missing and name it",
    }));

const RULES: readonly Rule[] = [
  roomIsKnown,
  importsGoDown,
  plannersArePure,
  plainDataLoadsNoPulumi,
  filesAreReadInOnePlace,
  engineIsAskedInOnePlace,
  sdksAreImportedByPart,
  filesAreShort,
  namesSayWhat,
];

/** Everything in a tree that stands where it should not, file by file. */
export function violations(tree: Tree): Violation[] {
  return [...tree.values()].flatMap((source) => RULES.flatMap((rule) => rule(source, tree)));
}
