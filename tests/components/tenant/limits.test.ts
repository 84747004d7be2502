import { expect } from "chai";
import { containerLimits } from "../../../components/tenant/budget";
import { shares } from "../../../config/shares";
import { tenantWith } from "../../support/estate";

function limitsOf(written: unknown, namespace = "acme") {
  const tenant = tenantWith(written);
  const share = shares(tenant).get(namespace);
  if (!share) throw new Error(`no share for ${namespace}`);
  return containerLimits(tenant, namespace, share);
}

function containersOf(written: unknown, namespace?: string) {
  return limitsOf(written, namespace).spec?.limits?.find(({ type }) => type === "Container");
}

describe("limits of containers", () => {
  it("make a pod without requests legal, and bound each container and each pod", () => {
    expect(limitsOf({ budget: { cpu: "8", memory: "16Gi", ephemeralStorage: "50Gi" } })).to.deep.equal({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "bulkhead-limits", namespace: "acme" },
      spec: {
        limits: [
          {
            type: "Container",
            default: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "1Gi" },
            defaultRequest: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "256Mi" },
            min: { cpu: "1m", memory: "1Mi", "ephemeral-storage": "1Mi" },
            max: { cpu: "8", memory: "16Gi", "ephemeral-storage": "50Gi" },
          },
          { type: "Pod", max: { cpu: "8", memory: "16Gi", "ephemeral-storage": "50Gi" } },
        ],
      },
    });
  });

  it("are what the tenant's own say", () => {
    const container = {
      default: { cpu: "1", memory: "1Gi", ephemeralStorage: "2Gi" },
      defaultRequest: { cpu: "250m", memory: "512Mi", ephemeralStorage: "1Gi" },
      max: { cpu: "2", memory: "4Gi" },
    };
    expect(containersOf({ limits: { container } })).to.deep.include({
      default: { cpu: "1", memory: "1Gi", "ephemeral-storage": "2Gi" },
      defaultRequest: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "1Gi" },
      max: { cpu: "2", memory: "4Gi", "ephemeral-storage": "20Gi" },
    });
  });

  it("never let a container have more than its namespace, whatever the tenant's own say", () => {
    const written = {
      namespaces: ["web", "batch"],
      budget: { cpu: "2", memory: "4Gi" },
      limits: { container: { max: { cpu: "16", memory: "64Gi" } } },
    };
    expect(containersOf(written, "acme-web")?.max).to.include({ cpu: "1", memory: "2Gi" });
  });

  it("never let a container have so little that it could not begin", () => {
    const nothing = { cpu: "0", memory: "0", ephemeralStorage: "0" };
    const hardly = { cpu: "1m", memory: "1", ephemeralStorage: "1" };
    const written = { limits: { container: { default: hardly, defaultRequest: nothing, max: hardly } } };
    const least = { cpu: "1m", memory: "1Mi", "ephemeral-storage": "1Mi" };
    expect(containersOf(written)).to.deep.equal({
      type: "Container",
      default: least,
      defaultRequest: least,
      min: least,
      max: least,
    });
  });

  it("are legal for a namespace with nothing, in which the budget allows no pod", () => {
    const written = { namespaces: ["web", "docs"], budget: { split: { docs: { cpu: "0", memory: "0" } } } };
    expect(containersOf(written, "acme-docs")).to.deep.equal({
      type: "Container",
      default: { cpu: "0", memory: "0", "ephemeral-storage": "1Gi" },
      defaultRequest: { cpu: "0", memory: "0", "ephemeral-storage": "256Mi" },
      min: { cpu: "0", memory: "0", "ephemeral-storage": "1Mi" },
      max: { cpu: "0", memory: "0", "ephemeral-storage": "10Gi" },
    });
  });
});
