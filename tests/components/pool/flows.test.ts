import { expect } from "chai";
import { flowRules } from "../../../components/pool/flows";
import { planPools } from "../../../components/pool/plan";
import { karpenterRules, ruleName, rulesOf } from "../../../components/pool/rules";
import { KARPENTER, onEks } from "../../support/eks";
import { estateOf, estateWith } from "../../support/estate";

const OWN = { isolation: { nodes: "dedicated" } };

const namesOf = (tenants: Readonly<Record<string, unknown>>) => flowRules(estateOf(onEks(tenants))).map(ruleName);

describe("a declared flow between pools", () => {
  it("is opened by both security groups, for the declared ports", () => {
    const acme = { ...OWN, network: { egress: [{ tenant: "initech", ports: [5432] }] } };
    const initech = { ...OWN, network: { ingress: [{ tenant: "acme", ports: [5432] }] } };
    expect(namesOf({ acme, initech })).to.deep.equal(["acme/egress/initech/tcp-5432", "initech/ingress/acme/tcp-5432"]);
  });

  it("leads to the shared nodes where the other tenant is there", () => {
    const acme = { ...OWN, network: { egress: [{ tenant: "initech" }] } };
    const initech = { network: { ingress: [{ tenant: "acme" }] } };
    expect(namesOf({ acme, initech })).to.deep.equal(["acme/egress/shared/all", "shared/ingress/acme/all"]);
  });

  it("needs nothing where both tenants share nodes", () => {
    const acme = { network: { egress: [{ tenant: "initech" }] } };
    const initech = { network: { ingress: [{ tenant: "acme" }] } };
    expect(namesOf({ acme, initech })).to.deep.equal([]);
  });

  it("with the platform is opened to all nodes that are nobody's", () => {
    const network = { ingress: [{ namespace: "ingress-nginx", ports: [8080] }], egress: [{ namespace: "monitoring" }] };
    expect(namesOf({ acme: { ...OWN, network }, globex: {} })).to.deep.equal([
      "acme/egress/system/all",
      "system/ingress/acme/all",
      "acme/egress/shared/all",
      "shared/ingress/acme/all",
      "system/egress/acme/tcp-8080",
      "acme/ingress/system/tcp-8080",
      "shared/egress/acme/tcp-8080",
      "acme/ingress/shared/tcp-8080",
    ]);
  });
});

describe("a declared flow to addresses", () => {
  it("is opened as far as its ports, once, and not again where every node may go there", () => {
    const network = {
      egress: [{ cidr: "0.0.0.0/0", ports: [443, 22] }, { cidr: "::/0" }],
      ingress: [{ cidr: "203.0.113.0/24", ports: [8443] }],
    };
    expect(namesOf({ acme: { network }, globex: { network } })).to.deep.equal([
      "shared/egress/0.0.0.0/0/tcp-22",
      "shared/ingress/203.0.113.0/24/tcp-8443",
    ]);
  });
});

describe("the rules of an estate's pools", () => {
  it("are each made once, because EC2 refuses a second one", () => {
    const network = { egress: [{ namespace: "monitoring" }, { cidr: "198.51.100.0/24" }] };
    const estate = estateOf(onEks({ acme: { ...OWN, network }, initech: { ...OWN, network }, globex: { network } }));
    const names = [...planPools(estate).flatMap(rulesOf), ...flowRules(estate)].map(ruleName);
    expect(names).to.have.length(new Set(names).size);
  });

  it("stay as many on the system's group however many pools Karpenter scales, since all their nodes are of one group", () => {
    const counted = (owners: number) => {
      const tenants = Array.from({ length: owners }, (_, index) => [`tenant${index}`, OWN] as const);
      const platform = { scaling: "karpenter", karpenter: KARPENTER };
      const estate = estateOf(onEks(Object.fromEntries(tenants), platform));
      const rules = [...planPools(estate).flatMap(rulesOf), ...karpenterRules()];
      expect(rules.map(ruleName)).to.have.length(new Set(rules.map(ruleName)).size);
      return rules.filter(({ on }) => on === "system" || on === "control.plane").length;
    };
    expect(counted(1)).to.equal(counted(100));
    expect(karpenterRules().map(ruleName)).to.deep.equal([
      "control.plane/ingress/karpenter.nodes/tcp-443",
      "system/ingress/karpenter.nodes/udp-53",
      "system/ingress/karpenter.nodes/tcp-53",
      "system/egress/karpenter.nodes/tcp-10250",
    ]);
  });

  it("fit into AWS' 60 for each group and direction with as many managed groups as there may be", () => {
    const tenants = Array.from({ length: 23 }, (_, index) => [`tenant${index}`, OWN] as const);
    const estate = estateOf(onEks({ ...Object.fromEntries(tenants), globex: {} }));
    const counts = new Map<string, number>();
    for (const { on, direction } of planPools(estate).flatMap(rulesOf)) {
      counts.set(`${on} ${direction}`, (counts.get(`${on} ${direction}`) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).to.equal(55);
  });

  it("are nobody's business where the cluster is there already", () => {
    expect(flowRules(estateWith({ acme: { network: { egress: [{ cidr: "198.51.100.0/24" }] } } }))).to.deep.equal([]);
  });
});
