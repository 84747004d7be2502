import { expect } from "chai";
import type { Answer, Ask, ClusterApi } from "../../../components/cluster/api";
import { CATALOGUE } from "../../../proof/attacks/catalogue";
import { trialsOf } from "../../../proof/attacks/paths";
import { run } from "../../../proof/attacks/run";
import { sceneOf } from "./scene";

type Answering = (path: string, ask: Ask) => Answer;

const OK: Answer = { status: 201, body: {}, warnings: [] };
const refused = (status: number, message: string): Answer => ({
  status,
  body: { kind: "Status", message },
  warnings: [],
});

const TOLERATIONS = refused(
  403,
  "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'a' denied request: [placement-tolerations] no",
);

const server = (answer: Answering) =>
  ({
    server: "https://cluster.example.com",
    ask: async (path: string, ask: Ask = {}) => answer(path, ask),
  }) as unknown as ClusterApi;

/** Refuses each wish for a toleration, as a guardrail does. */
const guarded: Answering = (_, { body }) => (JSON.stringify(body ?? {}).includes("tolerations") ? TOLERATIONS : OK);

const trials = Object.values(CATALOGUE)
  .flat()
  .filter(({ id }) => ["T06", "T07", "T08"].includes(id))
  .flatMap((attack) => trialsOf(attack, sceneOf("acme"), () => false).slice(0, 1));

/** As `guarded`, until so many requests were answered. */
function until(requests: number, then: Answering): Answering {
  let asked = 0;
  return (path, ask) => (asked++ < requests ? guarded(path, ask) : then(path, ask));
}

describe("a run", () => {
  it("is whole when the server answered everything", async () => {
    const { results, broken } = await run(server(guarded), trials);
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(["passed", "passed", "passed"]);
    expect(broken).to.equal(undefined);
  });

  it("ends where the server no longer believes the prover, and calls nothing failed for it", async () => {
    const answer = until(2, () => refused(401, "Unauthorized"));
    const { results, broken } = await run(server(answer), trials, { concurrency: 1 });
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(["passed"]);
    expect(broken).to.equal("https://cluster.example.com no longer accepts your credentials: Unauthorized");
  });

  it("ends where the prover may no longer pass for others, and calls nothing failed for it", async () => {
    const message =
      'groups "acme-admins" is forbidden: User "ci" cannot impersonate resource "groups" in API group "" at the cluster scope';
    const { results, broken } = await run(server(until(2, () => refused(403, message))), trials, { concurrency: 1 });
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(["passed"]);
    expect(broken).to.equal(`you may no longer act for the tenants: ${message}`);
  });

  it("goes on where somebody behind the server asks who this is", async () => {
    const answer: Answering = (_, ask) =>
      JSON.stringify(ask.body ?? {}).includes("tolerations") ? refused(401, "kubelet") : OK;
    const { results, broken } = await run(server(answer), trials);
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(["failed", "failed", "failed"]);
    expect(broken).to.equal(undefined);
  });
});
