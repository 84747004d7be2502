import type { Problem } from "../problems";
import { AUTOSCALER, ageFault, KUBE_PROXY, minorOf, type Skew, VPC_CNI } from "../releases";
import type { EksPlatform } from "../schema";
import type { Draft } from "./index";

/** Releases of what runs on a cluster of ours that cannot work with its minor, or with what they are used for. */
export function versionProblems({ platform }: Draft): Problem[] {
  if (platform?.kind !== "eks") return [];
  return [...networkProblems(platform), ...proxyProblems(platform), ...autoscalerProblems(platform)];
}

/** v1.21.1-eksbuild.1 is 1.21.1. */
function releaseOf(version: string): string {
  return version.replace(/^v/, "").replace(/-.*$/, "");
}

function networkProblems({ addons, networkPolicy }: EksPlatform): Problem[] {
  const value = addons["vpc-cni"];
  const needed = networkPolicy === "strict" ? [VPC_CNI.podIdentity, VPC_CNI.strict] : [VPC_CNI.podIdentity];
  return needed.flatMap((feature) => {
    const rule = ageFault(releaseOf(value), feature);
    return rule === undefined ? [] : [{ path: ["platform", "addons", "vpc-cni"], value, rule }];
  });
}

function proxyProblems({ addons, version }: EksPlatform): Problem[] {
  const value = addons["kube-proxy"];
  const path = ["platform", "addons", "kube-proxy"];
  const rule = `does not work with Kubernetes ${version}: it is never newer than the API server, and three minors older at most; write a version of v${version}`;
  return isWithin(KUBE_PROXY, value, version) ? [] : [{ path, value, rule }];
}

function autoscalerProblems({ autoscaler, version }: EksPlatform): Problem[] {
  const value = autoscaler?.image;
  const [, tag = ""] = /:v(\d+\.\d+\.\d+)(@|$)/.exec(value ?? "") ?? [];
  if (value === undefined || isWithin(AUTOSCALER, tag, version)) return [];
  const rule = `is made for another minor than the cluster's ${version}, and more than one away from it; write a release of v${version}`;
  return [{ path: ["platform", "autoscaler", "image"], value, rule }];
}

function isWithin({ older, newer }: Skew, release: string, minor: string): boolean {
  const apart = minorOf(release) - minorOf(minor);
  return apart <= newer && apart >= -older;
}
