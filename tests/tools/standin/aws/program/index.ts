import { readFileSync } from "node:fs";
import { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";

interface Declared {
  type: string;
  name: string;
  args: Record<string, unknown>;
  options?: pulumi.CustomResourceOptions;
  after?: string[];
}

type AwsClass = new (
  name: string,
  args: unknown,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & Record<string, pulumi.Output<unknown>>;

/** Makes what declared.json says, one resource after the other; the text `@net.id` stands for an output of another. */
const declared: { provider: object; resources: Declared[] } = JSON.parse(readFileSync("declared.json", "utf8"));
const provider = new Provider("cloud", { ...declared.provider });
const made = new Map<string, InstanceType<AwsClass>>();

for (const { type, name, args, options = {}, after = [] } of declared.resources) {
  const [module, className = ""] = type.split(":");
  const Class: AwsClass = require(`@pulumi/aws/${module}`)[className];
  const dependsOn = after.flatMap((other) => made.get(other) ?? []);
  made.set(name, new Class(name, resolved(args), { provider, dependsOn, ...options }));
}

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
  }
  if (typeof value !== "string" || !value.startsWith("@")) return value;
  const [name = "", field = "", ...path] = value.slice(1).split(".");
  return output(name, field, path);
}

function output(name: string, field: string, path: string[]): unknown {
  const found = made.get(name)?.[field];
  return found?.apply((value) =>
    path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], value),
  );
}
