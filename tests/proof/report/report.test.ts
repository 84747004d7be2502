import { expect } from "chai";
import type { Result } from "../../../proof/attacks/run";
import { weigh } from "../../../proof/evidence";
import type { Stranger } from "../../../proof/live/strangers";
import type { Proof } from "../../../proof/prove";
import { proofJson } from "../../../proof/report/json";
import { proofJunit } from "../../../proof/report/junit";
import { proofMarkdown } from "../../../proof/report/markdown";
import { proofSarif } from "../../../proof/report/sarif";
import { exitCode } from "../../../proof/report/summary";
import { proofTable } from "../../../proof/report/table";
import { provenPlan } from "../estate";

const PASSED: Result = {
  tenant: "acme",
  namespace: "acme",
  victim: "globex",
  attack: "T07",
  threat: "T07",
  tier: "A",
  alias: "X-PL-2",
  title: "tolerate every tenant's nodes",
  path: "direct",
  verdict: "passed",
  expected: "admission (placement-tolerations)",
  layer: "admission",
  reason: "[placement-tolerations] no",
  staged: false,
  request: "POST /api/v1/namespaces/acme/pods",
};
const FAILED: Result = {
  ...PASSED,
  attack: "T06",
  threat: "T06",
  verdict: "failed",
  reason: 'got <through> & "out" | of it',
};
const OPEN: Result = {
  ...PASSED,
  attack: "T08",
  threat: "T08",
  verdict: "inconclusive",
  reason: "the twin was refused",
};
const UNTESTABLE: Result = {
  ...PASSED,
  attack: "T11",
  threat: "T11",
  tier: "B",
  verdict: "untestable",
  reason: "no own nodes",
};
const SWEPT: Result = { ...PASSED, attack: "T51-get-nodes", threat: "T51", title: "get nodes of the whole cluster" };

const BREAKS: Stranger = { tenant: "acme", claims: ["privacy"], finding: "Group x has view in acme by y" };
const NOTE: Stranger = { tenant: undefined, claims: [], finding: "namespace playground belongs to nobody" };

function proof(results: readonly Result[], more: Partial<Proof> = {}): Proof {
  const plan = provenPlan();
  const strangers = more.strangers ?? [];
  return {
    at: "2026-11-23T20:00:00.000Z",
    server: "https://cluster.example.com",
    kubernetes: "v1.36.3",
    seconds: 1.5,
    broken: undefined,
    left: [],
    plan,
    evidence: weigh({ plan, results, derivations: [], strangers, untried: () => false }),
    results,
    derivations: [],
    strangers,
    ...more,
  };
}

describe("the exit code", () => {
  it("is 0 when all was proven, undecided or not", () => {
    expect(exitCode(proof([PASSED, UNTESTABLE]), "refused")).to.equal(0);
    expect(exitCode(proof([PASSED, OPEN]), "tolerated")).to.equal(0);
    expect(exitCode(proof([PASSED], { strangers: [NOTE] }), "tolerated")).to.equal(0);
  });

  it("is 1 when something got through, strict or not", () => {
    expect(exitCode(proof([PASSED, FAILED, OPEN]), "refused")).to.equal(1);
    expect(exitCode(proof([PASSED, FAILED]), "tolerated")).to.equal(1);
    expect(exitCode(proof([PASSED], { strangers: [BREAKS] }), "tolerated")).to.equal(1);
  });

  it("is 2 when something stayed undecided and that is not tolerated", () => {
    expect(exitCode(proof([PASSED, OPEN]), "refused")).to.equal(2);
    expect(exitCode(proof([PASSED], { strangers: [NOTE] }), "refused")).to.equal(2);
  });

  it("is 3 when the proof ended early, whatever was found until then", () => {
    expect(exitCode(proof([PASSED], { broken: "does not answer" }), "tolerated")).to.equal(3);
    expect(exitCode(proof([FAILED], { broken: "does not answer" }), "tolerated")).to.equal(3);
  });

  it("is 3 when nothing was refused at all, since nothing was proven then", () => {
    expect(exitCode(proof([UNTESTABLE]), "tolerated")).to.equal(3);
    expect(exitCode(proof([]), "tolerated")).to.equal(3);
    expect(proofTable(proof([UNTESTABLE]))).to.include("no proof: nothing was stopped by whom it should be");
    expect(proofTable(proof([PASSED]))).to.not.include("no proof");
  });

  it("is 3 when something that was made for it is still there, and every report names it", () => {
    const left = ["pods acme/isolation-proof-1-scratch: the server went away"];
    const leaving = proof([PASSED], { left });
    expect(exitCode(leaving, "tolerated")).to.equal(3);
    expect(exitCode(proof([PASSED, FAILED], { left }), "tolerated")).to.equal(1);
    expect(proofTable(leaving)).to.include("left behind: pods acme/isolation-proof-1-scratch: the server went away");
    expect(proofMarkdown(leaving)).to.include("left behind: pods acme/isolation-proof-1-scratch");
    expect(proofJunit(leaving)).to.include("left behind: pods acme/isolation-proof-1-scratch");
    expect(proofJson(leaving)).to.deep.include({ left });
  });
});

describe("the table", () => {
  it("counts attacks by what has to run for an answer", () => {
    const table = proofTable(proof([PASSED, FAILED, UNTESTABLE]));
    expect(table).to.include(
      "tier A (the API server alone answers): 2 attacks, 1 stopped by whom they should be, 1 not, 0 undecided, 0 not testable here",
    );
    expect(table).to.include("tier B (controllers and the scheduler too): 1 attacks, 0 stopped");
  });

  it("shows claims by tenants with level and count", () => {
    const table = proofTable(proof([{ ...PASSED, attack: "T18", threat: "T18" }]));
    expect(table).to.match(/│ peace +│ enforced 1 │ declared +│/);
  });

  it("says under it what got through and why", () => {
    const table = proofTable(proof([PASSED, FAILED]));
    expect(table).to.match(/│ no others .* REFUTED 1\/2/);
    expect(table).to.include("✘ globex: no other tenant's pod can run on the nodes of globex");
    expect(table).to.include('T06 direct: got <through> & "out" | of it');
  });

  it("says how much no request can show, and where to read why", () => {
    expect(proofTable(proof([PASSED]))).to.match(
      /\d+ threats that no request can show are listed with their reasons by/,
    );
  });

  it("says whom the estate has the guardrails let pass", () => {
    const plan = provenPlan();
    const guardrails = { ...plan.estate.guardrails, platformNamespaces: ["ingress-nginx"] };
    const table = proofTable(proof([PASSED], { plan: { ...plan, estate: { ...plan.estate, guardrails } } }));
    expect(table).to.include("\n! exempt from the guardrails, since the estate says so: namespace ingress-nginx");
    expect(proofTable(proof([PASSED]))).to.not.include("let pass");
  });

  it("gives each tenant a row where there are too many for columns", () => {
    const plan = provenPlan();
    const [first] = plan.tenants;
    if (!first) throw new Error("no tenant");
    const tenants = Array.from({ length: 7 }, (_, index) => ({
      ...first,
      tenant: { ...first.tenant, id: `t${index}` },
    }));
    const many = { ...plan, tenants };
    const evidence = weigh({ plan: many, results: [], derivations: [], strangers: [], untried: () => false });
    expect(proofTable(proof([], { plan: many, evidence }))).to.match(/│ t6 +│ 0 of \d+ \(0\) +│/);
  });

  it("marks a proof that ended early", () => {
    expect(proofTable(proof([PASSED], { broken: "the server does not answer" }))).to.include(
      "incomplete: the server does not answer",
    );
  });
});

describe("the JSON report", () => {
  it("counts verdicts and marks what is complete", () => {
    expect(proofJson(proof([PASSED, FAILED, OPEN, UNTESTABLE]))).to.deep.include({
      version: 1,
      complete: true,
      attacks: {
        ...{ tried: 4, passed: 1, failed: 1, inconclusive: 1, untestable: 1 },
        tiers: [
          { tier: "A", tried: 3, passed: 1, failed: 1, inconclusive: 1, untestable: 0 },
          { tier: "B", tried: 1, passed: 0, failed: 0, inconclusive: 0, untestable: 1 },
        ],
      },
    });
    expect(proofJson(proof([PASSED], { broken: "gone" }))).to.deep.include({ complete: false, broken: "gone" });
  });

  it("shows what was swept as a number, and what of it was not refused as itself", () => {
    const leak = { ...SWEPT, attack: "T51-list-nodes", verdict: "failed" as const };
    const report = proofJson(proof([SWEPT, { ...SWEPT, attack: "T51-list-pods" }, leak])) as {
      swept: object[];
      results: { attack: string }[];
    };
    expect(report.swept).to.deep.equal([{ tenant: "acme", namespace: "acme", threat: "T51", passed: 2 }]);
    expect(report.results.map(({ attack }) => attack)).to.deep.equal(["T51-list-nodes"]);
  });

  it("says for each claim what it is, its level and its counts", () => {
    const report = proofJson(proof([{ ...PASSED, attack: "T18", threat: "T18" }])) as {
      tenants: { id: string; claims: Record<string, unknown>[]; stillShared: string[] }[];
    };
    const [acme] = report.tenants;
    expect(acme?.claims.find(({ id }) => id === "peace")).to.deep.include({
      sentence: "acme can neither push out others' pods nor hold nodes",
      level: "enforced",
      passed: 1,
      failed: 0,
    });
    expect(acme?.stillShared).to.include("the kernel of its nodes, with other tenants");
  });

  it("lists whom and what the guardrails let pass", () => {
    const { exemptions } = proofJson(proof([PASSED])) as { exemptions: object[] };
    const keeper = "user system:serviceaccount:kube-system:replicaset-controller";
    expect(exemptions).to.deep.include({ what: keeper, rules: ["state-frozen"], by: "guardrails" });
  });

  it("lists what no request can show, with the reasons", () => {
    const { notTestable } = proofJson(proof([PASSED])) as { notTestable: { id: string; reason: string }[] };
    expect(notTestable.find(({ id }) => id === "T50")?.reason).to.match(/only a real node can show it/);
  });
});

describe("the JUnit report", () => {
  it("has a case for each attack, failures and skips with their reasons, and escapes what XML would read", () => {
    const xml = proofJunit(proof([PASSED, FAILED, OPEN, UNTESTABLE]));
    expect(xml).to.include('<testsuite name="acme" tests="4" failures="1">');
    expect(xml).to.include('<failure message="got &lt;through&gt; &amp; &quot;out&quot; | of it"/>');
    expect(xml).to.include('<skipped message="inconclusive: the twin was refused"/>');
    expect(xml).to.include('<skipped message="untestable: no own nodes"/>');
  });

  it("has no character that XML has no spelling for", () => {
    expect(proofJunit(proof([{ ...FAILED, reason: "a\u0000b\u001bc" }]))).to.include('message="a b c"');
  });

  it("has one case for what was swept in a namespace", () => {
    const xml = proofJunit(proof([SWEPT, { ...SWEPT, attack: "T51-list-pods" }]));
    expect(xml).to.include('name="T51: 2 kinds and verbs that were refused"');
  });

  it("fails for what the estate does not know, and errs when the proof ended early", () => {
    expect(proofJunit(proof([PASSED], { strangers: [BREAKS] }))).to.include(
      '<failure message="Group x has view in acme by y"/>',
    );
    expect(proofJunit(proof([PASSED], { broken: "gone" }))).to.include('<error message="incomplete: gone"/>');
  });
});

describe("the SARIF report", () => {
  interface Sarif {
    runs: [
      {
        results: { ruleId: string; level: string; message: { text: string } }[];
        tool: { driver: { rules: { id: string }[] } };
        invocations: [{ executionSuccessful: boolean }];
      },
    ];
  }
  const sarif = (it: Proof) => (proofSarif(it, "Pulumi.dev.yaml") as Sarif).runs[0];

  it("has a result for what is wrong or undecided, and none for what is right", () => {
    const { results, tool } = sarif(proof([PASSED, FAILED, OPEN, UNTESTABLE], { strangers: [NOTE] }));
    expect(results.map(({ ruleId, level }) => [ruleId, level])).to.deep.equal([
      ["T06", "error"],
      ["T08", "warning"],
      ["stranger", "note"],
    ]);
    expect(tool.driver.rules.map(({ id }) => id)).to.deep.equal(["T06", "T08", "stranger"]);
  });

  it("says that a run was not carried through", () => {
    expect(sarif(proof([PASSED], { broken: "gone" })).invocations[0]).to.deep.include({ executionSuccessful: false });
  });
});

describe("the page for reviewers", () => {
  it("says of each tenant what is claimed, on what evidence, and what it still shares", () => {
    const page = proofMarkdown(proof([{ ...PASSED, attack: "T18", threat: "T18" }]));
    expect(page).to.include("| acme can neither push out others' pods nor hold nodes | enforced | 1 of 1 |  |");
    expect(page).to.include("Still shared: the API server, and what discovery tells about kinds and classes;");
  });

  it("lists what was not stopped, in text that Markdown does not read", () => {
    expect(proofMarkdown(proof([FAILED]))).to.include('got \\<through\\> & "out" \\| of it');
  });

  it("lists who may connect to whom, what was not tried, and why", () => {
    const page = proofMarkdown(proof([PASSED, UNTESTABLE]));
    expect(page).to.include("| umbrella-web | acme | TCP/5432 |");
    expect(page).to.include("| no own nodes | T11 | acme |");
    expect(page).to.include("| T50 | C | break the kernel |");
  });

  it("lists whom the guardrails let pass, those of one kind in one row", () => {
    const page = proofMarkdown(proof([PASSED]));
    expect(page).to.include(
      "| namespace kube-system, namespace kube-public, namespace kube-node-lease | every rule |  |",
    );
    expect(page).to.match(
      /\| user \S+:daemon-set-controller, .*user \S+:statefulset-controller \| state-frozen \| {2}\|/,
    );
  });

  it("says first that it is not complete", () => {
    expect(proofMarkdown(proof([PASSED], { broken: "gone" }))).to.include("**Incomplete**");
  });
});
