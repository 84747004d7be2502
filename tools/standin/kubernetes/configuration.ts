import type { Cluster } from "../../../components/cluster/kubeconfig";
import { equal, textAt } from "../plugin/fields";
import { isMap, type PropertyMap, Unknown, withoutSecrets } from "../plugin/properties";
import { activeCluster, parseKubeconfig } from "./kubeconfig";
import { typeOf } from "./tokens";

/** A property of a Provider resource that cannot be as it is. "": the resource as a whole. */
export interface Complaint {
  property: string;
  reason: string;
}

/** What is wrong with a Provider resource before it is ever used. */
export function checkConfiguration(urn: string, news: PropertyMap): Complaint[] {
  const inputs = withoutSecrets(news) as PropertyMap;
  const strict = textAt(inputs, "strictMode") || (inputs.strictMode === true ? "true" : ambient("strictMode"));
  if (strict !== "true" || !typeOf(urn).startsWith("pulumi:providers:")) return [];
  const missing = ["kubeconfig", "context"].filter((key) => !inputs[key]);
  return [
    ...(/::default(_\d+)*$/.test(urn) ? [{ property: "", reason: "strict mode prohibits default provider" }] : []),
    ...missing.map((key) => ({ property: key, reason: `strict mode requires Provider "${key}" argument` })),
  ];
}

/** The stack's own `kubernetes:` config, which the engine gives plugins in the environment. */
function ambient(key: string): string {
  try {
    const value = JSON.parse(process.env.PULUMI_CONFIG || "{}")[key];
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}

export interface ConfigurationDifference {
  changed: string[];
  /** Keys because of which everything behind this provider has to be replaced. */
  replaces: string[];
}

const KEY = "clusterIdentifier";
const ADDRESS = ["kubeconfig", "context", "cluster"] as const;

/**
 * Whether a changed Provider still means the same cluster. With an identifier that is set and stays, nothing else
 * can say otherwise; without one, an address that is unknown or leads to another server counts as another cluster.
 */
export function configurationDifference(olds: PropertyMap, news: PropertyMap): ConfigurationDifference {
  const before = withoutSecrets(olds) as PropertyMap;
  const after = withoutSecrets(news) as PropertyMap;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !equal(before[key], after[key]));
  if (changed.length === 0) return { changed, replaces: [] };
  const [oldIdentifier, newIdentifier] = [before[KEY], after[KEY]];
  if (newIdentifier !== undefined && equal(oldIdentifier, newIdentifier)) return { changed, replaces: [] };
  const another = oldIdentifier !== undefined && newIdentifier !== undefined ? [KEY] : [];
  const unknowns = ADDRESS.filter((key) => after[key] instanceof Unknown);
  if (unknowns.length > 0) return { changed, replaces: [...another, ...unknowns] };
  const [from, to] = [clusterOf(before), clusterOf(after)];
  const moved = from && to && !equal(from, to) ? ADDRESS.filter((key) => changed.includes(key)) : [];
  return { changed, replaces: [...another, ...moved] };
}

/** Null where nobody can tell. */
function clusterOf(inputs: PropertyMap): PropertyMap | null {
  const { kubeconfig } = inputs;
  if (kubeconfig === undefined || kubeconfig === null || kubeconfig === "") return null;
  const text = isMap(kubeconfig) ? JSON.stringify(kubeconfig) : String(kubeconfig);
  const choice = { context: textAt(inputs, "context"), cluster: textAt(inputs, "cluster") };
  const cluster: Cluster | undefined = activeCluster(parseKubeconfig(text).config, choice);
  return cluster ? (cluster as PropertyMap) : null;
}
