import { expect } from "chai";
import { difference } from "../../../../tools/standin/aws/diff";
import { foundInCloud } from "../../../../tools/standin/aws/found";
import { Bench, checked, kind, refusal } from "./bench";
import { trust } from "./documents";

describe("a fault in the stand-in cloud", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.remove());

  const faults = (...list: object[]) => ({ BULKHEAD_AWS_FAULTS: JSON.stringify(list) });
  const vpc = (environment: NodeJS.ProcessEnv) => bench.make("Vpc", { cidrBlock: "10.0.0.0/16" }, environment);

  it("can come before anything is done, and is over at the next try", async () => {
    const environment = faults({ type: "aws:ec2/vpc:Vpc", operation: "create", fault: "fail" });
    expect(await refusal(vpc(environment))).to.include("InternalFailure: an injected fault");
    expect(bench.existing).to.deep.equal([]);
    await vpc(environment);
    expect(bench.existing).to.deep.equal(["Vpc"]);
  });

  it("can strike the second call, and as often as it says", async () => {
    const environment = faults({ type: "Vpc", operation: "create", fault: "fail", nth: 2, times: 2 });
    const outcomes = [];
    for (let call = 0; call < 4; call += 1) outcomes.push((await refusal(vpc(environment))).includes("injected"));
    expect(outcomes).to.deep.equal([false, true, true, false]);
  });

  it("can strike every resource once, whatever befell the others", async () => {
    const environment = faults({ type: "*", operation: "create", fault: "fail" });
    const role = () => bench.make("Role", { name: "node", assumeRolePolicy: trust("ec2.amazonaws.com") }, environment);
    for (const make of [() => vpc(environment), role]) expect(await refusal(make())).to.include("an injected fault");
    for (const make of [() => vpc(environment), role]) await make();
    expect(bench.existing).to.deep.equal(["Vpc", "Role"]);
  });

  it("can be the API's wish to be asked later, which nobody notices", async () => {
    await vpc(faults({ type: "Vpc", operation: "create", fault: "throttle", times: 3 }));
    const environment = faults({ type: "Role", operation: "create", fault: "role-not-ready", times: 2 });
    await bench.make("Role", { name: "node", assumeRolePolicy: trust("ec2.amazonaws.com") }, environment);
    expect(bench.existing).to.deep.equal(["Vpc", "Role"]);
  });

  it("can leave a thing behind that nobody waited for long enough", async () => {
    expect(await refusal(vpc(faults({ type: "Vpc", operation: "create", fault: "timeout" })))).to.match(
      /^waiting for EC2 VPC \(vpc-\w+\) create: timeout while waiting for state to become 'ACTIVE'/,
    );
    expect(bench.existing).to.deep.equal(["Vpc"]);
  });

  it("can keep a thing from going, once", async () => {
    const network = await vpc({});
    const environment = faults({ type: "Vpc", operation: "delete", fault: "timeout" });
    expect(await refusal(bench.delete(network, environment))).to.include(
      "timeout while waiting for state to become 'DELETED'",
    );
    await bench.delete(network, environment);
    expect(bench.existing).to.deep.equal([]);
  });

  it("can strike an update, which has then happened or not", async () => {
    const network = await vpc({});
    const inputs = { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true };
    const names = () => bench.store.read().get(network.token, network.id)?.inputs.enableDnsHostnames;
    await refusal(bench.change(network, inputs, faults({ type: "Vpc", operation: "update", fault: "fail" })));
    expect(names()).to.equal(undefined);
    await refusal(bench.change(network, inputs, faults({ type: "Vpc", operation: "update", fault: "timeout" })));
    expect(names()).to.equal(true);
  });

  it("can be the plugin's own end, and the cloud goes on without it", async () => {
    const network = await vpc({});
    const inputs = { vpcId: network.id, cidrBlock: "10.0.0.0/24" };
    const lost = await bench.make("Subnet", inputs);
    const told = { ...checked("Subnet", inputs).inputs };
    expect(foundInCloud(bench.folder, lost.token, told, new Set())).to.equal(lost.id);
    expect(foundInCloud(bench.folder, lost.token, told, new Set([lost.id]))).to.equal(undefined);
    expect(foundInCloud(bench.folder, lost.token, { ...told, cidrBlock: "10.0.1.0/24" }, new Set())).to.equal(
      undefined,
    );
  });

  it("that is none is refused", () => {
    expect(() => bench.operations(faults({ type: "Vpc", operation: "create", fault: "explode" }))).to.throw(
      "BULKHEAD_AWS_FAULTS: there is no fault explode",
    );
  });

  it("that leaves a node group broken has it replaced, as nothing else mends it", () => {
    const inputs = { clusterName: "main", nodeRoleArn: "arn", subnetIds: [], scalingConfig: {} };
    const { changes } = difference(inputs, inputs, { status: "CREATE_FAILED" }, kind("NodeGroup"));
    expect(changes).to.deep.equal([{ path: ["status"], kind: "update", replace: true }]);
    expect(difference(inputs, inputs, { status: "ACTIVE" }, kind("NodeGroup")).changes).to.deep.equal([]);
  });
});
