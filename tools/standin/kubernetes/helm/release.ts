import type { ChartName, Karpenter } from "../../../toolchain";
import { isMap, type PropertyMap, withoutSecrets } from "../../plugin/properties";
import type { KubeObject } from "../objects";
import { chartOf } from "./charts";

/** What a program asks of Helm, completed by `check`. */
export interface Release {
  readonly chart: ChartName;
  readonly version: string;
  readonly name: string;
  readonly namespace: string;
  readonly values: PropertyMap;
  /** What to do about a namespace that is not there. */
  readonly missingNamespace: "create" | "refuse";
  /** Whether a deployment goes on at once, or when all is of use. */
  readonly readiness: "awaited" | "skipped";
}

/** A chart with the values of a release, and who does the work of its pods. */
export interface Opened {
  readonly karpenter: Karpenter;
  readonly objects: readonly KubeObject[];
}

/** @throws Error for a chart that `check` would not have let pass. */
export function releaseOf(inputs: PropertyMap): Release {
  const { name, namespace, version, values, createNamespace, skipAwait } = withoutSecrets(inputs) as PropertyMap;
  const chart = chartOf(inputs);
  if (chart === undefined) throw new Error(`${inputs.chart} is no chart of this provider`);
  return {
    chart,
    version: String(version),
    name: String(name),
    namespace: String(namespace),
    values: isMap(values) ? values : {},
    missingNamespace: createNamespace === true ? "create" : "refuse",
    readiness: skipAwait === true ? "skipped" : "awaited",
  };
}

/** What the state keeps, in the official provider's fields: the inputs, and what came of them. */
export function releaseState(inputs: PropertyMap, release: Release): PropertyMap {
  const { chart, version, name, namespace } = release;
  const status = { appVersion: version, chart, name, namespace, revision: 1, status: "deployed", version };
  return { ...inputs, status };
}
