import { writeFileSync } from "node:fs";
import { expect } from "chai";
import { Checkout, type Outcome, useCheckout } from "./support/checkout";

const STACK = `config:
  pulumi:disable-default-providers: [kubernetes]
  bulkhead:tenants:
    # Until the end of the year.
    acme:
      namespaces: [web, batch]
      access: { admins: [{ group: acme-admins }] }
    globex: { access: { admins: [{ group: globex-admins }] } } # stays
`;

const VOLUME = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "records" },
  spec: {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    persistentVolumeReclaimPolicy: "Retain",
    storageClassName: "standard",
    hostPath: { path: "/records" },
    claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "acme-web", name: "records" },
  },
};

describe("npx bulkhead offboard", function () {
  this.timeout(10 * 60_000);
  const checkout = useCheckout(() => new Checkout());
  let written: string;

  const offboard = (...args: string[]): Promise<Outcome> =>
    checkout().begin(process.execPath, ["cli/bulkhead.js", "offboard", ...args]).ended;

  async function kubectl(...args: string[]): Promise<string> {
    const { code, output } = await checkout().kubectl(...args);
    expect(code, output).to.equal(0);
    return output;
  }

  before("a tenant that has something", async () => {
    checkout().write("Pulumi.dev.yaml", STACK);
    const { code, output } = await checkout().npm("start", "--no-proof");
    expect(code, output).to.equal(0);
    written = checkout().read("Pulumi.dev.yaml");
    await kubectl("--as=ann", "--as-group=acme-admins", "-n", "acme-web", "create", "configmap", "records");
    const file = checkout().path("volume.json");
    writeFileSync(file, JSON.stringify(VOLUME));
    await kubectl("apply", "-f", file);
    await kubectl("create", "clusterrolebinding", "old-favour", "--clusterrole=view", "--group=acme-admins");
  });

  it("says first what it would do, and does nothing", async () => {
    const { code, stdout } = await offboard("acme");
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^Offboarding acme would\n {2}1\. write state: leaving \(Pulumi\.dev\.yaml, tenants\.acme\) and deploy/)
      .and.match(/2\. record what it has: \d+ objects in acme-web and acme-batch/)
      .and.match(/Nothing has been changed\. npx bulkhead offboard acme --stack dev --yes does it\./);
    expect(checkout().read("Pulumi.dev.yaml")).to.equal(written);
  });

  it("removes no tenant that has only been taken out of the file", async () => {
    checkout().write("Pulumi.dev.yaml", written.replace(/ {4}acme:\n.*\n.*\n/, ""));
    const { code, output } = await checkout().npm("preview");
    expect(code).to.not.equal(0);
    expect(output).to.include(
      "tenants.acme: is not in the estate any more, and everything in acme-batch and acme-web would be deleted; write it back with state: leaving",
    );
    checkout().write("Pulumi.dev.yaml", written);
  });

  it("stops where a deployment fails, with what was done until then", async () => {
    const { code, stderr } = await offboard("acme", "--yes", "--pulumi", "false");
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      "pulumi up failed; mend what it says, then run the same command again: it goes on from here\n",
    );
    expect(checkout().read("Pulumi.dev.yaml")).to.equal(
      written.replace("    acme:\n", "    acme:\n      state: leaving\n"),
    );
  });

  it("goes on from there, records what the tenant had, and says what of it is left", async () => {
    const { code, stdout, output } = await offboard("acme", "--yes", "--evidence", "acme.json");
    expect(stdout, output).to.match(/closing acme: no pod of it starts any more\n[\s\S]*removing acme\n/);
    expect(stdout.slice(stdout.lastIndexOf("✘"))).to.equal(
      [
        "✘ still on the cluster, for whoever owns it to decide about:",
        "  persistentvolume/records: Available with the data of acme-web/records, kept by its reclaim policy",
        "  clusterrolebinding/old-favour: still gives view to the tenant",
        "",
      ].join("\n"),
    );
    expect(code).to.equal(1);
    const evidence = JSON.parse(checkout().read("acme.json"));
    expect(evidence).to.have.nested.property("spec.access.admins[0].group", "acme-admins");
    expect(evidence.inventory["acme-web"].configmaps).to.deep.equal(["kube-root-ca.crt", "records"]);
    expect(evidence.residue).to.have.lengthOf(2);
  });

  it("leaves the file of all others as it was written", () => {
    const text = checkout().read("Pulumi.dev.yaml");
    expect(text).to.include("    globex: { access: { admins: [{ group: globex-admins }] } } # stays\n");
    expect(text).to.not.include("acme");
  });

  it("is content when nothing is left", async () => {
    await kubectl("delete", "persistentvolume/records", "clusterrolebinding/old-favour");
    const { code, stdout } = await offboard("acme");
    expect(stdout).to.equal("✔ nothing of acme is left on the cluster\n");
    expect(code).to.equal(0);
    expect(await kubectl("get", "namespaces", "--selector=bulkhead.dev/tenant=globex", "--output=name")).to.equal(
      "namespace/globex\n",
    );
  });
});
