import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { type Estate, parseEstate } from "../../config/estate";
import { ConfigError } from "../../config/problems";
import { ROOT } from "../support/estate";

const page = (path: string) => readFileSync(join(ROOT, path), "utf8");
const readme = page("README.md");

/** Blocks of one language on a page, in their order. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, of, text = ""]) =>
    of === language ? [text] : [],
  );
}

/** A stack file as one that is saved as Pulumi.mine.yaml is read. */
function estateIn(stackFile: string): Estate {
  const { config } = parse(stackFile) as { config: Record<string, unknown> };
  const own = Object.entries(config).filter(([key]) => key.startsWith("bulkhead:"));
  const values = Object.fromEntries(own.map(([key, value]) => [key.slice("bulkhead:".length), value]));
  return parseEstate({ stack: "mine", source: "Pulumi.mine.yaml", values, tenantFiles: [], unreadable: [] });
}

function complaint(stackFile: string): string {
  try {
    estateIn(stackFile);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

describe("README.md", () => {
  const [first = "", own = ""] = blocks(readme, "yaml");

  it("has stack files that can be saved and deployed as they are", () => {
    const stackFiles = blocks(readme, "yaml");
    expect(stackFiles).to.have.length(2);
    for (const text of stackFiles) {
      expect(estateIn(text).tenants.map(({ id }) => id)).to.include("acme");
      expect((parse(text) as { config: object }).config).to.have.deep.property("pulumi:disable-default-providers", [
        "kubernetes",
      ]);
    }
    expect(estateIn(own).platform).to.include({ kind: "existing", context: "my-cluster" });
  });

  it("says what namespaces its tenants have", () => {
    expect(estateIn(first).tenants[0]?.namespaces.map(({ name }) => name)).to.deep.equal(["acme-web", "acme-batch"]);
    expect(first).to.include("# acme-web, acme-batch");
  });

  it("shows the complaint that its own example brings with two mistakes in it", () => {
    const mistaken = first
      .replace("runtime: gvisor", "runtime: gvisr")
      .replace("network: { ingress: [{ tenant: globex }] }", "network: {}");
    expect(blocks(readme, "")).to.include(`${complaint(mistaken)}\n`);
  });

  it("tells of every option that npm start has, and of every command for users", () => {
    const start = ["-r", join(ROOT, "register.js"), join(ROOT, "tools/start.ts"), "--help"];
    const help = execFileSync(process.execPath, start, { encoding: "utf8" });
    const options = [...help.matchAll(/^ +(?:-h, )?(--[a-z-]+)/gm)].map(([, option]) => option);
    expect(options).to.include.members(["--stack", "--json"]);
    for (const option of options.filter((name) => name !== "--help"))
      expect(readme).to.include(`npm start -- ${option}`);
    for (const script of ["preview", "status", "stop", "pulumi", "toolchain"]) {
      expect(JSON.parse(page("package.json")).scripts).to.have.property(script);
      expect(readme).to.include(`npm run ${script}`);
    }
  });

  it("names files that are there", () => {
    const paths = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = ""]) => path);
    expect(paths).to.include("docs/reference/stack-file.md");
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });
});

describe("the guides", () => {
  for (const guide of readdirSync(join(ROOT, "docs/guides")))
    it(`${guide} has YAML that can be read`, () => {
      for (const text of blocks(page(`docs/guides/${guide}`), "yaml")) expect(() => parse(text), text).to.not.throw();
    });
});

describe("decisions", () => {
  it("say each what forced it, what was chosen and dropped, and how one would notice that it was wrong", () => {
    for (const name of readdirSync(join(ROOT, "docs/decisions"))) {
      const text = page(`docs/decisions/${name}`);
      expect(text.split("\n")[0], name).to.match(new RegExp(`^# ${name.slice(0, 4)}: .+[^.]$`));
      const headings = [...text.matchAll(/^\*\*([^*]+)\.\*\*/gm)].map(([, heading]) => heading);
      expect(headings.slice(0, 2), name).to.deep.equal(["What forced it", "What we chose"]);
      expect(headings, name).to.include("What we dropped");
      expect(headings.at(-1), name).to.match(/^How we would notice that it (was|is) wrong$/);
    }
  });
});
