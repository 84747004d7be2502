import { expect } from "chai";
import { checkConfiguration, configurationDifference } from "../../../../tools/standin/kubernetes/configuration";
import { type PropertyMap, Secret, unknown } from "../../../../tools/standin/plugin/properties";

const kubeconfig = (server: string, token = "t") =>
  JSON.stringify({
    "current-context": "main",
    contexts: [{ name: "main", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token } }],
  });
const replaces = (olds: PropertyMap, news: PropertyMap) => configurationDifference(olds, news).replaces;
const changed = (olds: PropertyMap, news: PropertyMap) => configurationDifference(olds, news).changed;

describe("another configuration of the kubernetes provider", () => {
  const [one, two] = ["https://one", "https://two"];

  it("is nothing new when it says the same", () => {
    const same = { kubeconfig: new Secret(kubeconfig(one)) };
    expect(configurationDifference(same, { ...same })).to.deep.equal({ changed: [], replaces: [] });
  });

  it("replaces nothing while the cluster identifier stays, not even with an unknown kubeconfig", () => {
    const olds = { clusterIdentifier: "prod", kubeconfig: kubeconfig(one) };
    expect(replaces(olds, { clusterIdentifier: "prod", kubeconfig: kubeconfig(two) })).to.deep.equal([]);
    expect(replaces(olds, { clusterIdentifier: "prod", kubeconfig: unknown })).to.deep.equal([]);
    expect(changed(olds, { clusterIdentifier: "prod", kubeconfig: unknown })).to.deep.equal(["kubeconfig"]);
  });

  it("replaces everything when the cluster identifier changes", () => {
    expect(replaces({ clusterIdentifier: "a" }, { clusterIdentifier: "b" })).to.deep.equal(["clusterIdentifier"]);
  });

  it("replaces nothing when an identifier is added to, or taken from, the same cluster", () => {
    const bare = { kubeconfig: kubeconfig(one) };
    expect(replaces(bare, { ...bare, clusterIdentifier: "a" })).to.deep.equal([]);
    expect(replaces({ ...bare, clusterIdentifier: "a" }, bare)).to.deep.equal([]);
  });

  it("replaces everything, without an identifier, when the kubeconfig leads elsewhere or is unknown", () => {
    const olds = { kubeconfig: kubeconfig(one) };
    expect(replaces(olds, { kubeconfig: kubeconfig(two) })).to.deep.equal(["kubeconfig"]);
    expect(replaces(olds, { kubeconfig: unknown })).to.deep.equal(["kubeconfig"]);
  });

  it("replaces nothing when only the credentials change", () => {
    expect(replaces({ kubeconfig: kubeconfig(one, "a") }, { kubeconfig: kubeconfig(one, "b") })).to.deep.equal([]);
  });
});

describe("strict mode", () => {
  const urn = (name: string) => `urn:pulumi:dev::p::pulumi:providers:kubernetes::${name}`;

  it("demands a kubeconfig and a context", () => {
    expect(checkConfiguration(urn("mine"), { strictMode: "true" })).to.deep.equal([
      { property: "kubeconfig", reason: 'strict mode requires Provider "kubeconfig" argument' },
      { property: "context", reason: 'strict mode requires Provider "context" argument' },
    ]);
    expect(checkConfiguration(urn("mine"), { strictMode: "true", kubeconfig: "k", context: "c" })).to.deep.equal([]);
  });

  it("prohibits the default provider", () => {
    const inputs = { strictMode: "true", kubeconfig: "k", context: "c" };
    const complaint = { property: "", reason: "strict mode prohibits default provider" };
    expect(checkConfiguration(urn("default_4_34_2"), inputs)).to.deep.equal([complaint]);
  });

  it("is off unless asked for", () => {
    expect(checkConfiguration(urn("default"), {})).to.deep.equal([]);
  });
});
