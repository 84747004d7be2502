import { expect } from "chai";
import type { PolicyRule } from "kubernetes-types/rbac/v1";
import type { Answer, ClusterApi } from "../../../components/cluster/api";
import type { Manifest } from "../../../components/manifest";
import type { Request } from "../../../proof/attacks/request";
import type { Scene } from "../../../proof/attacks/scene";
import { type Swept, sweeps } from "../../../proof/attacks/sweeps";
import { refusedBy } from "../../../proof/attacks/verdict";
import { impersonation } from "../../../proof/identity";
import { applyAll, until } from "../../support/apply";
import { showNumber } from "../../support/numbers";
import type { Stage } from "./stage";

const RBAC = "rbac.authorization.k8s.io";
const SWEEPS_MS = 300_000;
const MOST_SHOWN = 12;
/** What the API server takes on from one client without turning it away. */
const TOGETHER = 24;

const userOf = (index: number) => ({ user: `widened-${index}@example.com`, groups: ["system:authenticated"] });

/** Since 1.35 whoever opens a stream by GET needs the right to POST as well: that right is no way around the other. */
const STREAMS = ["pods/attach", "pods/exec", "pods/portforward"];

function widerBy({ right }: Swept): PolicyRule {
  const isStream = right.resources?.some((resource) => STREAMS.includes(resource)) ?? false;
  return isStream && right.verbs.includes("get") ? { ...right, verbs: ["get", "create"] } : right;
}

/** What the server says of an empty object of these kinds, whose controllers have nothing to judge by. */
const EMPTY = /^unsupported role reference kind: ""$|^target\.name: Required value$/;

/** A role of one right, and whoever has no other, where the sweep reaches: everywhere, or in one namespace. */
function widened(attack: Swept, index: number, namespace: string | undefined): Manifest[] {
  const name = `widened-${index}`;
  const named = { apiGroup: RBAC, kind: "ClusterRole", name };
  const subjects = [{ kind: "User", apiGroup: RBAC, name: userOf(index).user }];
  const apiVersion = `${RBAC}/v1`;
  const binding = { apiVersion, roleRef: named, subjects };
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name }, rules: [widerBy(attack)] } as Manifest,
    namespace === undefined
      ? ({ ...binding, kind: "ClusterRoleBinding", metadata: { name } } as Manifest)
      : ({ ...binding, kind: "RoleBinding", metadata: { name, namespace } } as Manifest),
  ];
}

async function send(api: ClusterApi, request: Request, index: number): Promise<Answer> {
  const { method, path, query = {}, body, contentType, dryRun } = request;
  const parameters = new URLSearchParams({ ...query, ...(dryRun === "none" ? {} : { dryRun: "All" }) });
  const ask = () =>
    api.ask(`${path}?${parameters}`, {
      method,
      headers: impersonation(userOf(index)),
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
  let answer = await ask();
  // The server's fairness turns people away for a moment.
  for (let attempt = 0; answer.status === 429 && attempt < 10; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    answer = await ask();
  }
  return answer;
}

/** In order, but several at a time. */
async function each<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return results;
}

/**
 * The mutation of a sweep is a role that is wider by the one right which the request asks for: then RBAC lets it
 * through, and none of the others.
 */
export function describeWidenedRoles(staged: () => { readonly api: ClusterApi; readonly stage: Stage }): void {
  describe("with a role that grants one right too many", () => {
    let swept: readonly { readonly attack: Swept; readonly request: Request }[];

    before("give each right to somebody who has no other", async function () {
      this.timeout(SWEEPS_MS);
      const { api, stage } = staged();
      const scene = stage.scenes.find(({ tenant }) => tenant.tenant.id === "acme") as Scene;
      swept = sweeps(scene).map((attack) => ({ attack, request: attack.attack(scene) }));
      const reached = ({ path }: Request) =>
        [scene.namespace, scene.victim.namespace].find((name) => path.includes(`/namespaces/${name}/`));
      const manifests = swept.map(({ attack, request }, index) => widened(attack, index, reached(request)));
      await each(manifests, (pair) => applyAll(api, pair));
      const last = swept.length - 1;
      await until("the last right is known", async () => {
        const { request } = swept[last] as (typeof swept)[number];
        return refusedBy({ request, answer: await send(api, request, last) })?.layer !== "rbac";
      });
    });

    it("lets each request of the sweeps through, but for what a guard in the second row refuses", async function () {
      this.timeout(SWEEPS_MS);
      const { api } = staged();
      const refusals = await each(swept, async ({ attack, request }, index) => {
        const refusal = refusedBy({ request, answer: await send(api, request, index) });
        return refusal && { id: attack.id, ...refusal };
      });
      const refused = refusals.flatMap((refusal) => refusal ?? []);
      const stillAtTheGate = refused.filter(({ layer, message }) => layer !== "admission" && !EMPTY.test(message));
      expect(stillAtTheGate.map(({ id, message }) => `${id}: ${message}`).slice(0, MOST_SHOWN)).to.deep.equal([]);
      const bySecondRow = new Set(refused.flatMap(({ names }) => names));
      showNumber(
        `sweeps: ${swept.length} of ${swept.length} requests pass RBAC once the right is given, ${refused.filter(({ layer }) => layer === "admission").length} of them to meet ${[...bySecondRow].sort().join(", ")}`,
      );
      expect(swept.length).to.be.greaterThan(800);
    });

    it("lets none of them through by the right to another", async function () {
      this.timeout(SWEEPS_MS);
      const { api } = staged();
      const wrong = await each(swept, async ({ attack, request }, index) => {
        const other = (index + 1) % swept.length;
        const refusal = refusedBy({ request, answer: await send(api, request, other) });
        return refusal?.layer === "rbac" ? [] : [`${attack.id}: ${refusal?.message ?? "let through"}`];
      });
      expect(wrong.flat().slice(0, MOST_SHOWN)).to.deep.equal([]);
    });
  });
}
