import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { folderOfCluster, ownFolder, ownFolders } from "../../../../tools/controlplane/clusters";
import { CLUSTER } from "../../../../tools/standin/aws/kinds/tokens";
import { planeOf } from "../../../../tools/standin/aws/planes";
import { Store } from "../../../../tools/standin/aws/store";

describe("a cluster of the stand-in cloud", () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planes-"));
    store = new Store(folder);
    controlPlane(folder, "https://127.0.0.1:1");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function controlPlane(place: string, server: string): void {
    mkdirSync(place, { recursive: true });
    const clusters = [{ name: "it", cluster: { server, "certificate-authority-data": "" } }];
    writeFileSync(join(place, "kubeconfig"), stringify({ clusters }));
  }

  const made = (id: string) =>
    store.change((cloud) =>
      cloud.add({ token: CLUSTER, id, region: "eu-central-1", inputs: {}, state: {}, holds: [], hidden: {} }),
    );
  const serverOf = (cluster: string) => planeOf(folder, store, cluster).endpoint().server;

  it("is the control plane that there is", async () => {
    expect(serverOf("staging")).to.equal("https://127.0.0.1:1");
    await made("staging");
    expect(serverOf("staging")).to.equal("https://127.0.0.1:1");
  });

  it("is never the one that another cluster is", async () => {
    await made("staging");
    expect(() => serverOf("staging-hooli")).to.throw(
      "the control plane here is cluster staging already, and staging-hooli has none of its own; npm start -- --stack NAME gives a second cluster one",
    );
  });

  it("is its own where it was given one, and both are there then", async () => {
    controlPlane(ownFolder(folder, "staging-hooli"), "https://127.0.0.1:2");
    await made("staging");
    await made("staging-hooli");
    expect([serverOf("staging"), serverOf("staging-hooli")]).to.deep.equal([
      "https://127.0.0.1:1",
      "https://127.0.0.1:2",
    ]);
    expect(ownFolders(folder)).to.deep.equal([join(folder, "clusters", "staging-hooli")]);
    expect(folderOfCluster(folder, "staging")).to.equal(folder);
  });
});
