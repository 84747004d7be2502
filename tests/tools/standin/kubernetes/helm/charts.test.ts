import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { complaintsAbout, unknownValues } from "../../../../../tools/standin/kubernetes/helm/charts";
import { unknown } from "../../../../../tools/standin/plugin/properties";

describe("a Helm release for the stand-in kubernetes provider", () => {
  const release = { chart: "oci://public.ecr.aws/karpenter/karpenter", version: "1.14.1", values: {}, compat: "true" };

  it("may be of the two charts that the toolchain has, and not known yet", () => {
    expect(complaintsAbout({ ...release, skipCrds: true, namespace: "kube-system" })).to.deep.equal([]);
    expect(complaintsAbout({ ...release, chart: "oci://public.ecr.aws/karpenter/karpenter-crd" })).to.deep.equal([]);
    expect(complaintsAbout({ ...release, chart: unknown, version: unknown, values: unknown })).to.deep.equal([]);
  });

  it("is refused for everything that is wrong with it at once", () => {
    expect(
      complaintsAbout({
        chart: "oci://public.ecr.aws/karpenter/karpenter-crds",
        version: "1.13.0",
        values: "replicas: 1",
        postrender: "kustomize",
      }),
    ).to.deep.equal([
      "postrender: the stand-in kubernetes provider does not support it; use the official plugin",
      'chart: "oci://public.ecr.aws/karpenter/karpenter-crds" is not a chart of the stand-in kubernetes provider, which has ' +
        "oci://public.ecr.aws/karpenter/karpenter and oci://public.ecr.aws/karpenter/karpenter-crd; did you mean " +
        '"oci://public.ecr.aws/karpenter/karpenter-crd"?; the official plugin has every chart',
      'version: "1.13.0" is not found; the toolchain has 1.14.1 (tools/toolchain/recipes.ts)',
      "values: is no map",
    ]);
  });

  it("has to say its version", () => {
    const { version: _unsaid, ...unversioned } = release;
    expect(complaintsAbout(unversioned)).to.deep.equal([
      "version: is missing; write 1.14.1, or every deployment may find another",
    ]);
  });

  describe("whose chart has values", () => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-chart-"));
    before(() =>
      writeFileSync(
        join(folder, "values.yaml"),
        "replicas: 2\nsettings: { clusterName: '', featureGates: { nodeRepair: false } }\npodLabels: {}\nnodeSelector: { os: linux }\n",
      ),
    );
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("may set those, and anything in what the chart passes on", () => {
      const values = {
        replicas: 1,
        settings: { clusterName: unknown },
        podLabels: { a: "b" },
        nodeSelector: { pool: "x" },
      };
      expect(unknownValues(values, folder)).to.deep.equal([]);
    });

    it("is refused for those that the chart would never look at", () => {
      const values = { replica: 1, settings: { clustername: "x", featureGates: { nodeRepairs: true } }, extra: {} };
      expect(unknownValues(values, folder)).to.deep.equal([
        'values.replica: the chart has no such value; did you mean "replicas"?',
        'values.settings.clustername: the chart has no such value; did you mean "clusterName"?',
        'values.settings.featureGates.nodeRepairs: the chart has no such value; did you mean "nodeRepair"?',
        "values.extra: the chart has no such value",
      ]);
    });

    it("is refused for a value in place of a map of them", () => {
      expect(unknownValues({ settings: "prod" }, folder)).to.deep.equal(["values.settings: is no map"]);
    });
  });
});
