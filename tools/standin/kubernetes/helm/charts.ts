import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { didYouMean } from "../../../../config/problems";
import { type ChartName, chartNames, karpenterVersion } from "../../../toolchain";
import { isMap, type Property, type PropertyMap, Unknown } from "../../plugin/properties";

/** Where the charts are published, and how a release names one. */
export const REGISTRY = "oci://public.ecr.aws/karpenter/";

export function chartOf(inputs: PropertyMap): ChartName | undefined {
  return chartNames.find((name) => inputs.chart === REGISTRY + name);
}

/** What of a release this provider acts upon. Anything else would be ignored in silence, and is refused. */
const SUPPORTED = new Set([
  ...["chart", "version", "name", "namespace", "values", "createNamespace", "skipAwait", "skipCrds", "timeout"],
  ...["description", "maxHistory", "compat"],
  // Defaults that a program may spell out: a release that fails leaves nothing behind here in any case.
  ...["atomic", "cleanupOnFail"],
]);

/** What is wrong with a release that can be told before its chart is opened, each in one line. */
export function complaintsAbout(inputs: PropertyMap): string[] {
  const { chart, version, values } = inputs;
  const unsupported = Object.keys(inputs).filter((key) => !SUPPORTED.has(key));
  return [
    ...unsupported.map(
      (key) => `${key}: the stand-in kubernetes provider does not support it; use the official plugin`,
    ),
    ...(chartOf(inputs) === undefined && !(chart instanceof Unknown) ? [unknownChart(chart)] : []),
    ...(version === karpenterVersion || version instanceof Unknown ? [] : [unknownVersion(version)]),
    ...(values === undefined || isMap(values) || values instanceof Unknown ? [] : ["values: is no map"]),
  ];
}

function unknownChart(chart: Property | undefined): string {
  const known = chartNames.map((name) => `${REGISTRY}${name}`);
  const meant = typeof chart === "string" ? didYouMean(chart, known) : "";
  return (
    `chart: ${JSON.stringify(chart)} is not a chart of the stand-in kubernetes provider, which has ` +
    `${known.join(" and ")}${meant}; the official plugin has every chart`
  );
}

function unknownVersion(version: Property | undefined): string {
  if (version === undefined)
    return `version: is missing; write ${karpenterVersion}, or every deployment may find another`;
  return `version: ${JSON.stringify(version)} is not found; the toolchain has ${karpenterVersion} (tools/toolchain/recipes.ts)`;
}

/** Maps of values.yaml that a chart passes on as they are, so that any key may be in them. */
const OPEN = new Set(["strategy", "podSecurityContext", "nodeSelector", "affinity"]);

/** Values that the chart in a folder never looks at, so that they would do nothing. */
export function unknownValues(values: PropertyMap, folder: string): string[] {
  const own = parse(readFileSync(join(folder, "values.yaml"), "utf8")) as PropertyMap;
  return unknownIn(values, own, ["values"]);
}

function unknownIn(values: PropertyMap, own: PropertyMap, path: readonly string[]): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const here = [...path, key];
    const known = own[key];
    if (known === undefined) {
      return [`${here.join(".")}: the chart has no such value${didYouMean(key, Object.keys(own))}`];
    }
    const closed = isMap(known) && Object.keys(known).length > 0 && !OPEN.has(key);
    if (!closed || value instanceof Unknown) return [];
    return isMap(value) ? unknownIn(value, known, here) : [`${here.join(".")}: is no map`];
  });
}
