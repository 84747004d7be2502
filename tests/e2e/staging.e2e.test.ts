import { expect } from "chai";
import type { Node } from "kubernetes-types/core/v1";
import { Checkout, useCheckout } from "./support/checkout";
import { cloudOf } from "./support/cloud";
import { killedWhen } from "./support/kills";
import { findingRows } from "./support/tables";

const STACK = "Pulumi.staging.yaml";
/** The line of the stack file about protection: as it is, and as people have it who keep their pools. */
const OFF = "    deletionProtection: off\n";
const ON = "    deletionProtection: on\n";
const ASKED = `${ON}    replace: [globex]\n`;

describe("npm start with a stack on EKS", function () {
  this.timeout(15 * 60_000);
  const checkout = useCheckout(() => new Checkout());

  const cloud = () => cloudOf(checkout());
  const made = (token: string) => cloud().things.filter((thing) => thing.token === token);

  const options = ["--stack", "staging", "--non-interactive", "--color", "never"];
  const preview = () => checkout().pulumi("preview", ...options);
  const up = () => checkout().pulumi("up", ...options, "--yes", "--skip-preview");
  const globex = () =>
    made("aws:eks/nodeGroup:NodeGroup")
      .map(({ id }) => id)
      .filter((id) => id.includes(":cluster-globex-"));

  const start = (...args: string[]) => checkout().npm("start", "--stack", "staging", ...args);

  it("does not begin in a fresh account, and says what makes the role that is missing", async () => {
    checkout().environment.BULKHEAD_AWS_ACCOUNT = "fresh";
    const { code, output } = await start();
    delete checkout().environment.BULKHEAD_AWS_ACCOUNT;
    expect(code, output).to.equal(1);
    expect(output)
      .to.include("cluster staging: 1 problem\n  platform: needs the role AWSServiceRoleForAutoScaling")
      .and.include("aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com");
    expect(cloud().things).to.deep.equal([]);
  });

  it("takes up what a deployment left that was killed when the cluster was there and nobody was let in", async () => {
    const killed = checkout().begin("npm", ["run", "--silent", "start", "--", "--stack", "staging"]);
    await killedWhen(checkout(), "staging", killed, () => made("aws:eks/cluster:Cluster").length > 0);
    const { code, stdout } = await killed.ended;
    expect(code).to.equal(1);
    expect(stdout).to.include("pulumi up was killed; npm start takes up what it has left behind");

    const next = await start();
    expect(next.code, next.output).to.equal(0);
    expect(next.stdout).to.include("AWS is a stand-in on this machine");
    expect(next.stdout).to.match(/3\/6 nodes +✔ come with the cluster's pools/);
    expect(next.stdout).to.match(/4\/6 pulumi up +✔ \d+ created, \d+ unchanged/);
    expect(next.stdout).to.include("✔ 21 promises held, 0 broken, 0 could not be tried");
    expect(next.stdout).to.match(/\d+ attacks: \d+ stopped by whom they should be, 0 not, 0 undecided/);
    const homes = findingRows(next.stdout).filter(
      ([, , promise]) => promise === "runs a legal Deployment on its nodes only",
    );
    expect(homes.map(([tenant, mark]) => `${mark} ${tenant}`)).to.deep.equal([
      "✔ acme",
      "✔ globex",
      "✔ initech",
      "✔ umbrella",
    ]);
  });

  it("made nothing twice on the way", () => {
    const ids = cloud().things.map(({ token, id }) => `${token} ${id}`);
    expect(ids).to.have.lengthOf(new Set(ids).size);
    expect(made("aws:eks/cluster:Cluster").map(({ id }) => id)).to.deep.equal(["staging"]);
    expect(made("aws:eks/nodeGroup:NodeGroup")).to.have.lengthOf(4);
    expect(made("aws:ec2/vpc:Vpc")).to.have.lengthOf(1);
  });

  it("gave each tenant's nodes its label and both taints, and the others none of it", async () => {
    const { stdout } = await checkout().kubectl("get", "nodes", "--output=json");
    const { items } = JSON.parse(stdout) as { items: Node[] };
    const fences = items.map(({ metadata, spec }) => ({
      owner: metadata?.labels?.["bulkhead.dev/tenant"] ?? null,
      taints: (spec?.taints ?? []).map(({ key, value, effect }) => `${key}=${value}:${effect}`).sort(),
    }));
    const fenced = (owner: string | null, ...taints: string[]) => ({ owner, taints });
    const dedicated = (id: string) =>
      fenced(id, `bulkhead.dev/tenant=${id}:NoExecute`, `bulkhead.dev/tenant=${id}:NoSchedule`);
    const byText = (one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
    const system = fenced(null, "CriticalAddonsOnly=true:NoSchedule");
    const wanted = [fenced(null), system, system, dedicated("globex"), dedicated("initech")];
    expect(fences.sort(byText)).to.deep.equal(wanted.sort(byText));
  });

  it("writes nothing at all when nothing has changed", async () => {
    const before = cloud();
    const { code, stdout, stderr } = await start("--no-proof", "--json");
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout).changes).to.have.all.keys("same");
    expect(cloud()).to.deep.equal(before);
  });

  it("refuses in a preview other machines for a protected pool, names it, and shows what asks for it", async () => {
    checkout().edit(STACK, OFF, ON);
    const { code, output } = await up();
    expect(code, output).to.equal(0);
    checkout().edit(STACK, "machines: [m7i.xlarge], min: 1, max: 4", "machines: [m7i.2xlarge], min: 1, max: 4");
    const refused = await preview();
    expect(refused.code).not.to.equal(0);
    expect(refused.stdout).to.match(
      /unable to replace resource "[^"]*aws:eks\/nodeGroup:NodeGroup::cluster-globex"\s+as it is currently marked for protection/,
    );
    expect(refused.stdout).to.include("[diff: ~instanceTypes]");
  });

  it("makes the pool anew once platform.replace names it, and its nodes are other ones", async () => {
    const [former] = globex();
    checkout().edit(STACK, ON, ASKED);
    const planned = await preview();
    expect(planned.code, planned.output).to.equal(0);
    const { code, output } = await up();
    expect(code, output).to.equal(0);
    expect(globex()).to.have.length(1).and.not.to.include(former);
    const { stdout } = await checkout().kubectl(
      ...["get", "nodes", "--selector", "bulkhead.dev/tenant=globex", "--output"],
      "jsonpath={.items[*].metadata.labels.node\\.kubernetes\\.io/instance-type}",
    );
    expect(stdout).to.equal("m7i.2xlarge");
  });

  it("gives the protection up by the deployment that says so", async () => {
    checkout().edit(STACK, ASKED, OFF);
    const { code, output } = await up();
    expect(code, output).to.equal(0);
    expect(output).to.not.include("create replacement");
  });

  it("leaves nothing in any store when it is destroyed", async () => {
    const { code, output } = await checkout().pulumi(
      ...["destroy", "--stack", "staging", "--yes", "--non-interactive", "--skip-preview"],
    );
    expect(code, output).to.equal(0);
    expect(cloud().things).to.deep.equal([]);
    const left = await checkout().kubectl(
      ...["get", "nodes,runtimeclasses,validatingadmissionpolicies", "--output=name"],
    );
    expect(left.stdout).to.equal("");
    const spaces = await checkout().kubectl("get", "namespaces", "--output=name");
    expect(spaces.stdout.trim().split("\n")).to.deep.equal([
      "namespace/default",
      "namespace/kube-node-lease",
      "namespace/kube-public",
      "namespace/kube-system",
    ]);
  });
});
