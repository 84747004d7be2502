import { expect } from "chai";
import { rules } from "../../../components/guardrails/guards";
import { planEstate } from "../../../components/plan";
import { type Exemption, exemptionsOf } from "../../../proof/report/exemptions";
import { estateOf } from "../../support/estate";

const EXEMPTIONS = {
  platformIdentities: { users: ['ann "the" [admin]'], groups: ["platform-team"] },
  schedulers: ["system:serviceaccount:volcano:scheduler"],
  schedulerNames: ["volcano"],
  statusWriters: ["cloud-controller"],
  metadataDomains: ["sidecar.istio.io"],
  priorityClasses: ["default-class"],
  inlineDrivers: ["secrets-store.csi.k8s.io"],
  tolerations: ["kubernetes.io/arch"],
  signers: ["example.com/workloads"],
  finalizers: ["example.com/backup"],
  ownerGroups: ["argoproj.io"],
};

function listed(guardrails: object): Map<string, Exemption> {
  const exemptions = exemptionsOf(planEstate(estateOf({ tenants: { acme: {} }, guardrails })));
  return new Map(exemptions.map((exemption) => [exemption.what, exemption]));
}

describe("whom and what the guardrails let pass", () => {
  it("is everything that the estate names, each with the rules that do", () => {
    const found = listed({ exemptions: EXEMPTIONS, platformNamespaces: ["ingress-nginx"] });
    const said = [...found.values()].filter(({ by }) => by === "estate").map(({ what }) => what);
    expect(said).to.have.members([
      'user ann "the" [admin]',
      "group platform-team",
      "user system:serviceaccount:volcano:scheduler",
      "user cloud-controller",
      "namespace ingress-nginx",
      "schedulerNames volcano",
      "metadataDomains sidecar.istio.io",
      "priorityClasses default-class",
      "inlineDrivers secrets-store.csi.k8s.io",
      "tolerations kubernetes.io/arch",
      "signers example.com/workloads",
      "finalizers example.com/backup",
      "ownerGroups argoproj.io",
    ]);
    expect(found.get("namespace ingress-nginx")?.rules).to.deep.equal([]);
    expect(found.get("user system:serviceaccount:volcano:scheduler")?.rules).to.deep.equal(["binding-scheduler"]);
    expect(found.get("tolerations kubernetes.io/arch")?.rules).to.deep.equal(["placement-tolerations"]);
    expect(found.get("signers example.com/workloads")?.rules).to.deep.equal([
      "identity-projected-bundle",
      "identity-projected-certificate",
    ]);
    expect(found.get('user ann "the" [admin]')?.rules).to.include.members(["lock-objects", "namespace-metadata"]);
  });

  it("is the control plane's own by exact identity, for exactly what it does", () => {
    const found = listed({});
    const rulesOf = (account: string) => found.get(`user system:serviceaccount:kube-system:${account}`)?.rules;
    expect([...found.values()].filter(({ by }) => by === "estate")).to.deep.equal([]);
    expect(found.get("namespace kube-system")).to.deep.include({ rules: [], by: "guardrails" });
    expect(rulesOf("replicaset-controller")).to.deep.equal(["state-frozen"]);
    expect(rulesOf("endpointslice-controller")).to.deep.equal(["endpoints-writers"]);
    expect(rulesOf("resourcequota-controller")).to.deep.equal(["lock-objects", "resources-budget"]);
    expect(found.get("group system:masters")?.rules).to.include.members(["lock-objects", "rbac-subjects"]);
    expect(found.get("accounts of namespaces of no tenant")?.rules).to.include("status-writers");
  });

  it("is nobody where a pod's content is judged, but a node for its own static pods", () => {
    const content = rules
      .map(({ id }) => id)
      .filter((id) => /^(images|resources-limits|runtime-class|priority)/.test(id));
    const trusted = [...listed({}).values()].filter(({ what }) => /^(user|group|accounts) ?/.test(what));
    expect(content).to.not.deep.equal([]);
    expect(trusted.flatMap((exemption) => exemption.rules.filter((id) => content.includes(id)))).to.deep.equal([]);
    const past = trusted.filter((exemption) => exemption.rules.includes("placement-tolerations"));
    expect(past.map(({ what }) => what)).to.deep.equal(["group system:nodes"]);
  });
});
