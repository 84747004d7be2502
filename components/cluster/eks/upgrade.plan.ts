import type { Problem } from "../../../config/problems";
import { minorOf } from "../../../config/releases";
import type { EksPlatform } from "../../../config/schema";

/**
 * Steps that EKS does not take: a control plane goes one minor up at a time (EKS user guide,
 * "Update existing cluster to new Kubernetes version"), and back by AWS's own means only, for seven days ("Roll back a
 * cluster"): the provider of Pulumi has none.
 * @param live Minor of the cluster, as 1.36.
 */
export function upgradeProblems({ version }: Pick<EksPlatform, "version">, live: string): Problem[] {
  const steps = minorOf(version) - minorOf(live);
  const path = ["platform", "version"];
  if (steps < 0) {
    const rule = `is older than the cluster, which has ${live}; write "${live}". Within seven days of an upgrade AWS rolls a cluster back (docs/guides/eks.md, Upgrades); then write what it has`;
    return [{ path, value: version, rule }];
  }
  if (steps <= 1) return [];
  const next = `1.${minorOf(live) + 1}`;
  const rule = `is ${steps} minors above the cluster's ${live}, and EKS takes one at a time; write "${next}", deploy, raise addons and autoscaler to it, deploy, and so on to ${version} (docs/guides/eks.md, Upgrades)`;
  return [{ path, value: version, rule }];
}
