import { expect } from "chai";
import { rules } from "../../../components/guardrails/guards";
import { trialsOn } from "../../../proof/attacks/catalogue";
import { templateCoverage } from "../../../proof/attacks/coverage";
import { sceneOf } from "./scene";

/** Rules that judge a pod's template wherever it is written. Which they are says no program: that is the point. */
const ON_TEMPLATES = [
  "devices-budget",
  "identity-projected-audience",
  "identity-projected-bundle",
  "identity-projected-certificate",
  "images-pull-policy",
  "images-registry",
  "placement-node-affinity",
  "placement-node-name",
  "placement-node-selector",
  "placement-pod-affinity",
  "placement-scheduler",
  "placement-tolerations",
  "runtime-annotations",
  "runtime-class",
  "runtime-grace-period",
  "runtime-inline-volume",
  "runtime-labels",
  "runtime-user-namespace",
  "state-frozen",
];

/** Trials of one tenant by the way that they take. A guard that no longer judges CronJobs takes trials away. */
const BY_PATH = {
  "made by the replicaset-controller": 109,
  "made by the statefulset-controller": 109,
  "made by the daemon-set-controller": 109,
  "made by the job-controller": 109,
  "made by the replication-controller": 109,
  "in a Deployment": 53,
  "in a ReplicaSet": 53,
  "in a StatefulSet": 53,
  "in a DaemonSet": 53,
  "in a Job": 53,
  "in a CronJob": 53,
  "by a patch of a Deployment": 53,
  "by a patch of a ReplicaSet": 53,
  "by a patch of a StatefulSet": 53,
  "by a patch of a DaemonSet": 53,
  "by a patch of a Job": 21,
  "by a patch of a CronJob": 53,
  "by a patch of a Pod": 28,
  "as a debug container": 16,
};

describe("the coverage of the catalogue", () => {
  const covers = templateCoverage();
  const all = [...new Set(rules.map(({ id }) => id))].sort();
  const judging = (resource: string) => all.filter((rule) => covers(rule, resource));

  for (const resource of ["deployments", "replicasets", "statefulsets", "jobs", "cronjobs", "replicationcontrollers"]) {
    it(`has every rule on pods for templates of ${resource}`, () => {
      expect(judging(resource)).to.deep.equal(ON_TEMPLATES);
    });
  }

  it("has one more for daemonsets, whose controller chooses nodes by the template", () => {
    expect(judging("daemonsets")).to.deep.equal([...ON_TEMPLATES, "placement-daemonset"].sort());
  });

  it("leads as many attacks into the cluster by each way as there were when this was written", () => {
    const counts: Record<string, number> = {};
    for (const { path } of trialsOn(sceneOf("acme"), covers, "whole")) counts[path] = (counts[path] ?? 0) + 1;
    const { direct, ...ways } = counts;
    expect(ways).to.deep.equal(BY_PATH);
    expect(direct).to.be.greaterThan(270);
  });
});
