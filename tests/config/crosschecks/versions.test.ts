import { expect } from "chai";
import { EKS } from "../../support/eks";
import { complaintsAbout } from "../complaints";

function about(platform: object): string[] {
  return complaintsAbout({ acme: {} }, { platform: { ...EKS, ...platform } });
}

const addons = (versions: object) => ({ addons: { ...EKS.addons, ...versions } });
const scaledBy = (image: string) => ({ autoscaler: { image } });

describe("what runs on a cluster on EKS", () => {
  it("has a network plugin that can do what is asked of it", () => {
    expect(about(addons({ "vpc-cni": "v1.15.4-eksbuild.1" }))).to.deep.equal([
      'platform.addons.vpc-cni: "v1.15.4-eksbuild.1" is older than 1.15.5, the first release with a role by EKS Pod Identity; raise it',
      'platform.addons.vpc-cni: "v1.15.4-eksbuild.1" is older than 1.17.1, the first release with networkPolicy: strict; raise it',
    ]);
    expect(about({ ...addons({ "vpc-cni": "v1.15.5-eksbuild.1" }), networkPolicy: "standard" })).to.deep.equal([]);
    expect(about(addons({ "vpc-cni": "v1.17.1-eksbuild.1" }))).to.deep.equal([]);
    expect(about(addons({ "vpc-cni": "v2.0.0-eksbuild.1" }))).to.deep.equal([]);
  });

  it("has a kube-proxy that is not newer than the API server, and three minors older at most", () => {
    const complaint = (proxy: string) =>
      `platform.addons.kube-proxy: "${proxy}" does not work with Kubernetes 1.36: it is never newer than the API server, and three minors older at most; write a version of v1.36`;
    for (const proxy of ["v1.37.0-eksbuild.1", "v1.32.9-eksbuild.2"]) {
      expect(about(addons({ "kube-proxy": proxy })), proxy).to.deep.equal([complaint(proxy)]);
    }
    for (const proxy of ["v1.36.3-eksbuild.1", "v1.33.5-eksbuild.2"]) {
      expect(about(addons({ "kube-proxy": proxy })), proxy).to.deep.equal([]);
    }
  });

  it("has an autoscaler that was made for its minor, or for one beside it while it is upgraded", () => {
    const complaint = (image: string) =>
      `platform.autoscaler.image: "${image}" is made for another minor than the cluster's 1.36, and more than one away from it; write a release of v1.36`;
    for (const image of ["mirror.example.com:5000/ca:v1.34.0", `registry.k8s.io/ca:v1.38.1@sha256:${"0".repeat(64)}`]) {
      const [told = "", ...more] = about(scaledBy(image));
      expect(more).to.deep.equal([]);
      expect(told.split(" is made ")[1]).to.equal(complaint(image).split(" is made ")[1]);
    }
    expect(about(scaledBy("mirror.example.com:5000/ca:v1.34.0"))).to.deep.equal([
      complaint("mirror.example.com:5000/ca:v1.34.0"),
    ]);
    for (const image of ["registry.k8s.io/ca:v1.35.0", "registry.k8s.io/ca:v1.37.0"]) {
      expect(about(scaledBy(image)), image).to.deep.equal([]);
    }
  });

  it("may be of a minor that came out after Bulkhead", () => {
    const next = { ...addons({ "kube-proxy": "v1.37.0-eksbuild.1" }), version: "1.37" };
    expect(about(next)).to.deep.equal([]);
  });
});
