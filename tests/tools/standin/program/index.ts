import { readFileSync } from "node:fs";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

interface Declared {
  type: string;
  name: string;
  args: Record<string, unknown>;
  options?: pulumi.CustomResourceOptions;
  secret?: string[];
}

type KubernetesClass = new (
  name: string,
  args: unknown,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & { metadata: pulumi.Output<{ name: string }> };

/** Makes what declared.json says, one resource after the other. */
const declared: { provider: object; resources: Declared[] } = JSON.parse(readFileSync("declared.json", "utf8"));
const provider = new Provider("cluster", { kubeconfig: process.env.KUBECONFIG ?? "", ...declared.provider });
const made = new Map<string, InstanceType<KubernetesClass>>();

for (const { type, name, args, options = {}, secret = [] } of declared.resources) {
  const [module, className = ""] = type.split(":");
  const Class: KubernetesClass = require(`@pulumi/kubernetes/${module}`)[className];
  const inputs = resolved(args) as Record<string, unknown>;
  for (const field of secret) inputs[field] = pulumi.secret(inputs[field]);
  made.set(name, new Class(name, inputs, { provider, ...options }));
}

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
  }
  const reference = typeof value === "string" ? /^@(.+)$/.exec(value)?.[1] : undefined;
  return reference === undefined ? value : made.get(reference)?.metadata.name;
}

export const names = [...made.keys()];
