import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { Checkout, useCheckout } from "./support/checkout";
import { claimRows } from "./support/tables";

/** What the stand-in of AWS has made and not removed. */
interface Cloud {
  readonly things: readonly { readonly token: string; readonly id: string }[];
}

const HOOLI = `    hooli:
      isolation: { cluster: dedicated }
      cluster: { cidr: 10.1.0.0/16, clusterAdmin: tenant }
      access: { admins: [{ group: hooli-admins }] }

`;
/** Where it stands in the stack file: before this tenant. */
const NEXT = "    # Untrusted code: nodes of its own";

describe("a tenant with a cluster of its own, beside the one that the others share", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout(() => new Checkout());

  const start = (stack: string, ...args: string[]) => checkout().npm("start", "--stack", stack, ...args);
  const stacks = (...args: string[]) =>
    checkout().begin(process.execPath, ["cli/bulkhead.js", "stacks", "--stack", "staging", ...args]).ended;
  function cloud(): Cloud {
    const file = checkout().path(".bulkhead/cloud/aws.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Cloud) : { things: [] };
  }
  const made = (token: string) =>
    cloud()
      .things.filter((thing) => thing.token === token)
      .map(({ id }) => id);
  async function namespaces(cluster: string): Promise<string[]> {
    const folder = cluster === "staging" ? "" : `clusters/${cluster}/`;
    const { stdout } = await checkout().kubectl(
      ...["--kubeconfig", checkout().path(`.bulkhead/${folder}kubeconfig`)],
      ...["get", "namespaces", "--selector", "bulkhead.dev/tenant", "--output", "name"],
    );
    const names = stdout.trim().split("\n");
    return names.map((name) => name.replace("namespace/", "")).filter((name) => !name.includes("canary"));
  }

  before("give hooli a cluster, and write its stack", async () => {
    checkout().edit("Pulumi.staging.yaml", NEXT, `${HOOLI}${NEXT}`);
    const { code, output } = await stacks("--write");
    expect(code, output).to.equal(0);
  });

  it("does not begin before it is given one", async () => {
    const { code, output } = await start("staging-hooli", "--no-proof");
    expect(code).to.equal(1);
    expect(output).to.include('parent.stack: "staging" cannot be asked whether it gives "hooli" a cluster of its own');
    expect(cloud().things).to.deep.equal([]);
  });

  it("is nothing to the others' cluster, which says where it is", async () => {
    const { code, output } = await start("staging", "--no-proof");
    expect(code, output).to.equal(0);
    expect(await namespaces("staging")).to.deep.equal(["acme", "globex", "initech", "umbrella-batch", "umbrella-web"]);
    const { stdout } = await checkout().pulumi("stack", "output", "--json", "--stack", "staging");
    expect(JSON.parse(stdout).apart).to.deep.equal({
      hooli: {
        stack: "staging-hooli",
        cluster: "arn:aws:eks:eu-central-1:111122223333:cluster/staging-hooli",
        parent: "arn:aws:eks:eu-central-1:111122223333:cluster/staging",
      },
    });
  });

  it("has a whole cluster from the network to its namespace, and proves what is its own", async () => {
    const { code, output } = await start("staging-hooli");
    expect(code, output).to.equal(0);
    expect(await namespaces("staging-hooli")).to.deep.equal(["hooli"]);
    expect(made("aws:eks/cluster:Cluster")).to.deep.equal(["staging", "staging-hooli"]);
    expect(made("aws:ec2/vpc:Vpc")).to.have.lengthOf(2);
    const levels = claimRows(output).map((cells) => cells.join(" "));
    expect(levels).to.deep.equal([
      "claim hooli",
      "own plane derived",
      "own network derived",
      "own keys derived",
      "own roles derived",
    ]);
  });

  it("is administered by its own people, who are nobody on the others' cluster", async () => {
    const asked = async (kubeconfig: string) => {
      const { stdout } = await checkout().kubectl(
        ...["--kubeconfig", checkout().path(kubeconfig), "--as", "ann", "--as-group", "hooli-admins"],
        ...["auth", "can-i", "create", "clusterrolebindings"],
      );
      return stdout.trim();
    };
    expect(await asked(".bulkhead/clusters/staging-hooli/kubeconfig")).to.equal("yes");
    expect(await asked(".bulkhead/kubeconfig")).to.equal("no");
  });

  it("is neither taken back nor forgotten while its own cluster is there", async () => {
    const text = checkout().read("Pulumi.staging.yaml");
    checkout().edit("Pulumi.staging.yaml", HOOLI, "");
    const { code, output } = await checkout().pulumi("preview", "--stack", "staging", "--non-interactive");
    checkout().write("Pulumi.staging.yaml", text);
    expect(code).to.not.equal(0);
    expect(output).to.include(
      "tenants.hooli: would leave its cluster to nobody: stack staging-hooli still has the tenant",
    );
  });

  it("goes without a trace, and then may be forgotten", async () => {
    const flags = ["--yes", "--non-interactive", "--skip-preview"];
    const own = await checkout().pulumi("destroy", "--stack", "staging-hooli", ...flags);
    expect(own.code, own.output).to.equal(0);
    expect(made("aws:eks/cluster:Cluster")).to.deep.equal(["staging"]);
    checkout().edit("Pulumi.staging.yaml", HOOLI, "");
    const { code, output } = await checkout().pulumi("preview", "--stack", "staging", "--non-interactive");
    expect(code, output).to.equal(0);
    const parent = await checkout().pulumi("destroy", "--stack", "staging", ...flags);
    expect(parent.code, parent.output).to.equal(0);
    expect(cloud().things).to.deep.equal([]);
  });
});
