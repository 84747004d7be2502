import { expect } from "chai";
import { namespaceManifest } from "../../../components/tenant/namespace";
import type { Tenant } from "../../../config/estate";
import { tenantWith } from "../../support/estate";

const web = { name: "acme-web", part: "web" };

function annotationsOf(tenant: Tenant, nodeSelector: Readonly<Record<string, string>> = {}) {
  return namespaceManifest(tenant, web, "enforce", "1.36", nodeSelector).metadata.annotations;
}

describe("a tenant's namespace", () => {
  it("says whose it is and holds Pod Security at restricted, three ways, pinned to the minor", () => {
    const tenant = tenantWith({ namespaces: ["web"], contact: "acme-team@example.com" });
    expect(namespaceManifest(tenant, web, "enforce", "1.36", {})).to.deep.equal({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "acme-web",
        labels: {
          "app.kubernetes.io/managed-by": "bulkhead",
          "bulkhead.dev/tenant": "acme",
          "bulkhead.dev/guardrails": "enforce",
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/enforce-version": "v1.36",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/audit-version": "v1.36",
          "pod-security.kubernetes.io/warn": "restricted",
          "pod-security.kubernetes.io/warn-version": "v1.36",
        },
        annotations: {
          "bulkhead.dev/state": "active",
          "bulkhead.dev/hosts": "",
          "bulkhead.dev/contact": "acme-team@example.com",
        },
      },
    });
  });

  it("follows the cluster to another minor, and never says latest", () => {
    const { labels = {} } = namespaceManifest(tenantWith({}), web, "enforce", "1.31", {}).metadata;
    const versions = Object.entries(labels).filter(([key]) => key.endsWith("-version"));
    expect(versions).to.deep.equal([
      ["pod-security.kubernetes.io/enforce-version", "v1.31"],
      ["pod-security.kubernetes.io/audit-version", "v1.31"],
      ["pod-security.kubernetes.io/warn-version", "v1.31"],
    ]);
  });

  it("warns and audits in warn mode, and enforces nothing", () => {
    expect(namespaceManifest(tenantWith({}), web, "warn", "1.36", {}).metadata.labels).to.deep.equal({
      "app.kubernetes.io/managed-by": "bulkhead",
      "bulkhead.dev/tenant": "acme",
      "bulkhead.dev/guardrails": "warn",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/audit-version": "v1.36",
      "pod-security.kubernetes.io/warn": "restricted",
      "pod-security.kubernetes.io/warn-version": "v1.36",
    });
  });

  it("tells the guardrails what the tenant may use", () => {
    const tenant = tenantWith({
      images: ["registry.example.com/acme/", "mirror.example.com/"],
      storageClasses: ["standard", "fast"],
      network: { hosts: ["acme.example.com", "acme.example.org"], ingressClasses: ["public", "internal"] },
      isolation: { nodes: "dedicated", userNamespaces: "required" },
      tokenAudiences: ["vault", "https://sts.example.com"],
      budget: { devices: { "nvidia.com/gpu": 2, "gpu.example.com": 1 } },
      state: "frozen",
    });
    const nodes = { "bulkhead.dev/tenant": "acme", "bulkhead.dev/runtime-gvisor": "true" };
    expect(annotationsOf(tenant, nodes)).to.deep.equal({
      "bulkhead.dev/state": "frozen",
      "bulkhead.dev/hosts": "acme.example.com,acme.example.org",
      "bulkhead.dev/runtime-class": "bulkhead-acme",
      "bulkhead.dev/node-selector": "bulkhead.dev/tenant=acme,bulkhead.dev/runtime-gvisor=true",
      "bulkhead.dev/images": "registry.example.com/acme/,mirror.example.com/",
      "bulkhead.dev/storage-classes": "standard,fast",
      "bulkhead.dev/devices": "gpu.example.com,nvidia.com/gpu",
      "bulkhead.dev/ingress-classes": "public,internal",
      "bulkhead.dev/audiences": "vault,https://sts.example.com",
      "bulkhead.dev/user-namespaces": "required",
    });
  });

  it("tells no storage class from any storage class", () => {
    expect(annotationsOf(tenantWith({ storageClasses: [] }))).to.include({ "bulkhead.dev/storage-classes": "" });
    expect(annotationsOf(tenantWith({}))).not.to.have.property("bulkhead.dev/storage-classes");
  });

  it("tells no ingress class from any ingress class", () => {
    const none = tenantWith({ network: { ingressClasses: [] } });
    expect(annotationsOf(none)).to.include({ "bulkhead.dev/ingress-classes": "" });
    expect(annotationsOf(tenantWith({}))).not.to.have.property("bulkhead.dev/ingress-classes");
  });

  it("lets EKS give a pod its role, for which the pod gets a token, where the tenant has identities", () => {
    const policies = ["arn:aws:iam::111122223333:policy/acme-uploads"];
    const tenant = { ...tenantWith({ namespaces: ["web"] }), identities: { uploader: { policies } } };
    expect(annotationsOf(tenant)).to.include({ "bulkhead.dev/audiences": "pods.eks.amazonaws.com" });
    expect(annotationsOf(tenantWith({}))).not.to.have.property("bulkhead.dev/audiences");
  });

  it("demands no runtime class of pods that may run on any shared node", () => {
    expect(annotationsOf(tenantWith({}))).not.to.have.property("bulkhead.dev/runtime-class");
  });
});
