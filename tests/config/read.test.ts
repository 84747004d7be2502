import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parseEstate } from "../../config/estate";
import { readEngineConfig, readStackFile } from "../../config/read";
import { messageOf } from "./complaints";

describe("a stack file", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "stack-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(file: string, content: string | Buffer): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }

  /** What is said about stack `test` of the project: the message without its headline. */
  function complaints(): string[] {
    return messageOf(() => parseEstate(readStackFile(root, "test")))
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }

  const idsOf = () => parseEstate(readStackFile(root, "test")).tenants.map(({ id }) => id);

  it("is read by its keys under bulkhead:, and other programs' keys are left alone", () => {
    write(
      "Pulumi.test.yaml",
      "config:\n  aws:region: eu-west-1\n  bulkhead:tenants:\n    acme:\nencryptionsalt: v1:x\n",
    );
    expect(readStackFile(root, "test")).to.deep.equal({
      stack: "test",
      source: "Pulumi.test.yaml",
      values: { tenants: { acme: null } },
      tenantFiles: [],
      unreadable: [],
    });
    expect(idsOf()).to.deep.equal(["acme"]);
  });

  it("that is not there is missed by name, and those that are there are named", () => {
    write("Pulumi.yaml", "name: bulkhead");
    write("Pulumi.dev.yaml", "");
    write("Pulumi.production.yaml", "");
    expect(messageOf(() => readStackFile(root, "prodution"))).to.equal(
      'Pulumi.prodution.yaml: 1 problem\n  is not there; did you mean "Pulumi.production.yaml"? (stack files here: Pulumi.dev.yaml, Pulumi.production.yaml)',
    );
  });

  it("that is empty has no tenants", () => {
    for (const empty of ["", "# nothing yet\n", "config:\n", "---\n"]) {
      write("Pulumi.test.yaml", empty);
      expect(complaints()).to.deep.equal(["tenants: is missing; name at least one tenant, as tenants: { acme: {} }"]);
    }
  });

  for (const [what, text, complaint] of [
    ["a list", "- a\n- b\n", '["a","b"] is not a stack file; write config: and the keys below it'],
    ["a text", "tenants\n", '"tenants" is not a stack file; write config: and the keys below it'],
    [
      "a list of keys",
      "config:\n  - bulkhead:tenants\n",
      'config: ["bulkhead:tenants"] is not a map; write bulkhead:tenants: and the like below it',
    ],
    [
      "tabs",
      "config:\n\tbulkhead:tenants: {}\n",
      "is not valid YAML: Tabs are not allowed as indentation at line 2, column 1",
    ],
    [
      "a key twice",
      "config:\n  bulkhead:tenants:\n    acme: {}\n    acme: {}\n",
      "has a key twice in the same map at line 4, column 5; keep one of them",
    ],
    ["two documents", "config: {}\n---\nconfig: {}\n", "holds a second document at line 2, column 1; keep one"],
    [
      "an unfinished list",
      "config: [a, b\n",
      "is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1",
    ],
    [
      "an alias of nothing",
      "config: *nothing\n",
      "is not valid YAML: Unresolved alias (the anchor must be set before the alias): nothing",
    ],
    ["lists in lists without end", `config: ${"[".repeat(5000)}`, "is nested too deeply to be read"],
    ["dashes without end", `config:\n  ${"- ".repeat(5000)}`, "is nested too deeply to be read"],
  ] as const) {
    it(`with ${what} is complained about, without a stack trace`, () => {
      write("Pulumi.test.yaml", text);
      expect(complaints()).to.deep.equal([complaint]);
    });
  }

  it("is UTF-8", () => {
    write("Pulumi.test.yaml", Buffer.from("config:\n  bulkhead:tenants: { acme: { contact: caf\xe9 } }\n", "latin1"));
    expect(complaints()).to.deep.equal(["is not UTF-8 text; save it in that encoding"]);
  });

  it("may have a byte order mark, merge keys and anchors", () => {
    write(
      "Pulumi.test.yaml",
      "\ufeffconfig:\n  bulkhead:tenants:\n    acme: &small { budget: { cpu: 2 } }\n    globex: { <<: *small, state: frozen }\n",
    );
    const { tenants } = parseEstate(readStackFile(root, "test"));
    expect(tenants.map(({ id, budget, state }) => [id, budget.cpu, state])).to.deep.equal([
      ["acme", "2", "active"],
      ["globex", "2", "frozen"],
    ]);
  });

  it("that contains itself is complained about", () => {
    write("Pulumi.test.yaml", "config:\n  bulkhead:tenants:\n    acme: &acme\n      access: *acme\n");
    expect(complaints()).to.deep.equal([
      "tenants.acme.access: contains itself, or is nested more than 20 levels deep; write it out",
    ]);
  });

  it("that would unfold to millions of entries is complained about", () => {
    const lines = [
      "a: &a [1,1,1,1,1,1,1,1,1]",
      "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]",
      "c: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]",
    ];
    write("Pulumi.test.yaml", lines.join("\n"));
    expect(complaints()).to.deep.equal([
      "is not valid YAML: Excessive alias count indicates a resource exhaustion attack",
    ]);
  });

  it("with a key that nobody would read says so", () => {
    write("Pulumi.test.yaml", "config:\n  tenants: {}\n  bulkead:tenants: {}\n  bulkhead:tenants: { acme: }\n");
    expect(complaints()).to.deep.equal([
      'config["bulkead:tenants"]: is not read by anybody; did you mean "bulkhead"?',
      "config.tenants: has no namespace; write bulkhead:tenants",
    ]);
  });

  describe("with a folder of tenants", () => {
    const STACK = "config:\n  bulkhead:tenantsFolder: tenants\n";

    it("has one tenant a file, named like it", () => {
      write("Pulumi.test.yaml", STACK);
      write("tenants/globex.yml", "state: frozen\n");
      write("tenants/acme.yaml", "");
      write("tenants/README.md", "# Who is who\n");
      write("tenants/.acme.yaml.swp", "\0");
      expect(idsOf()).to.deep.equal(["acme", "globex"]);
    });

    it("is told all mistakes of all files in one message", () => {
      write("Pulumi.test.yaml", `${STACK}  bulkhead:tenants:\n    hooli: { state: gone }\n    initech:\n`);
      write("tenants/acme.yaml", "pool: { min: 3, max: 2 }\nisolation: { nodes: dedicated }\n");
      write("tenants/globex.yaml", "state: frozn\nnamespaces: web\n");
      write("tenants/initech.yaml", "{}");
      write("tenants/umbrella.yaml", "a: 1\na: 2\n");
      write("tenants/Umbrella.yaml", Buffer.from([0xff, 0xfe, 0x61, 0]));
      expect(complaints()).to.deep.equal([
        'tenants.hooli.state: "gone" is not a state (active, frozen, leaving)',
        "tenants.initech: is declared twice; remove it here or delete tenants/initech.yaml",
        "tenants/Umbrella.yaml: is not UTF-8 text; save it in that encoding",
        'tenants/Umbrella.yaml: "Umbrella" is not a tenant id; use lower-case letters, digits and dashes, a letter first, no dash at the end, as umbrella',
        "tenants/acme.yaml: pool.min: 3 is more than max (2)",
        'tenants/globex.yaml: namespaces: "web" is not a list; write [web]',
        'tenants/globex.yaml: state: "frozn" is not a state; did you mean "frozen"? (active, frozen, leaving)',
        "tenants/umbrella.yaml: has a key twice in the same map at line 2, column 1; keep one of them",
      ]);
    });

    it("passes over no file that could be a tenant, because that would remove it", () => {
      write("Pulumi.test.yaml", STACK);
      write("tenants/acme.yaml", "");
      write("tenants/globex.json", "{}");
      write("tenants/eu/hooli.yaml", "");
      expect(complaints()).to.deep.equal([
        "tenants/eu: is not a tenant's file; name it <id>.yaml or move it out of the folder",
        "tenants/globex.json: is not a tenant's file; name it <id>.yaml or move it out of the folder",
      ]);
    });

    it("that is not there brings no complaint about its tenants", () => {
      write(
        "Pulumi.test.yaml",
        `${STACK}  bulkhead:tenants: { acme: { network: { ingress: [{ tenant: globex }] } } }\n`,
      );
      expect(complaints()).to.deep.equal([
        'tenantsFolder: "tenants" is not a folder of the project; create it or remove the key',
      ]);
    });

    it("has no two files of one tenant", () => {
      write("Pulumi.test.yaml", STACK);
      write("tenants/acme.yaml", "");
      write("tenants/acme.yml", "");
      expect(complaints()).to.deep.equal([
        'tenants/acme.yml: is a second file of tenant "acme" in tenants; keep one of them',
      ]);
    });

    it("reads no folder as a file", () => {
      write("Pulumi.test.yaml", STACK);
      mkdirSync(join(root, "tenants/acme.yaml"), { recursive: true });
      expect(complaints()).to.deep.equal([
        "tenants/acme.yaml: cannot be read: EISDIR: illegal operation on a directory, read",
      ]);
    });

    it("reads no file that is gone", () => {
      write("Pulumi.test.yaml", STACK);
      mkdirSync(join(root, "tenants"));
      symlinkSync("nowhere", join(root, "tenants/acme.yaml"));
      expect(complaints()).to.have.length(1);
      expect(complaints()[0]).to.match(/^tenants\/acme\.yaml: cannot be read: ENOENT: /);
    });

    for (const [folder, complaint] of [
      ["../elsewhere", '"../elsewhere" leads out of the project; name a folder inside it, as tenants'],
      ["tenants/../../x", '"tenants/../../x" leads out of the project; name a folder inside it, as tenants'],
      ["/etc", '"/etc" leads out of the project; name a folder inside it, as tenants'],
      [".", '"." is the project itself; name a folder inside it, as tenants'],
      ["tennants", '"tennants" is not a folder of the project; create it or remove the key'],
      ["Pulumi.test.yaml", '"Pulumi.test.yaml" is not a folder of the project; create it or remove the key'],
      ["[tenants]", '["tenants"] is not a folder\'s path; write one, as tenants'],
      ["5", "5 is not a folder's path; write one, as tenants"],
      ["null", "null is not a folder's path; write one, as tenants"],
    ] as const) {
      it(`does not take ${folder} for one`, () => {
        write("Pulumi.test.yaml", `config: { "bulkhead:tenantsFolder": ${folder} }`);
        expect(complaints()).to.deep.equal([`tenantsFolder: ${complaint}`]);
      });
    }
  });
});

describe("configuration from the Pulumi engine", () => {
  it("is the same as the stack file's", () => {
    const config = {
      "aws:region": "eu-west-1",
      "bulkhead:tenants": '{"acme":{"budget":{"cpu":8}}}',
      "bulkhead:platform": "{}",
      "bulkhead:tenantsFolder": "",
    };
    expect(readEngineConfig("/nowhere", "test", config)).to.deep.equal({
      stack: "test",
      source: "Pulumi.test.yaml",
      values: { tenants: { acme: { budget: { cpu: 8 } } }, platform: {}, tenantsFolder: "" },
      tenantFiles: [],
      unreadable: [],
    });
  });

  it("that is text where a map belongs is complained about like any other", () => {
    const sources = readEngineConfig("/nowhere", "test", { "bulkhead:tenants": "{acme: {}}" });
    expect(messageOf(() => parseEstate(sources))).to.equal(
      'Pulumi.test.yaml: 1 problem\n  tenants: "{acme: {}}" is not a map; write each tenant under its id, as tenants: { acme: {} }',
    );
  });

  it("that is nested without end is complained about", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const message = messageOf(() => parseEstate(readEngineConfig("/nowhere", "test", { "bulkhead:tenants": deep })));
    expect(message).to.match(/contains itself, or is nested more than 20 levels deep; write it out$/m);
  });

  it("cannot fill JavaScript's own names", () => {
    const sources = readEngineConfig("/nowhere", "test", {
      "bulkhead:tenants": '{"acme":{"budget":{"split":{"__proto__":{}}}}}',
    });
    expect(messageOf(() => parseEstate(sources))).to.equal(
      "Pulumi.test.yaml: 1 problem\n  tenants.acme.budget.split.__proto__: is not a name that anything can have here",
    );
  });
});
