import type { Policies } from "@pulumi/policy";
import { Asked } from "./asked";
import { asPolicy, mergedPolicy, type ResourceRule, type Rule, type StackRule } from "./rule";
import { identityIsPinned } from "./rules/identity-is-pinned";
import { namespaceCarriesLabels } from "./rules/namespace-carries-labels";
import { namespaceDeniesByDefault } from "./rules/namespace-denies-by-default";
import { namespaceHasBudget } from "./rules/namespace-has-budget";
import { providerIsExplicit } from "./rules/provider-is-explicit";
import { roleIsExplicit } from "./rules/role-is-explicit";

/** Judged one by one, before a resource is made. */
export const resourceRules: readonly ResourceRule[] = [
  namespaceCarriesLabels,
  roleIsExplicit,
  identityIsPinned,
  providerIsExplicit,
];

/** Judged over the whole stack: what a namespace must not lack. */
export const stackRules: readonly StackRule[] = [namespaceDeniesByDefault, namespaceHasBudget];

export const rules: readonly Rule[] = [...resourceRules, ...stackRules];

/** What the engine runs. */
const asked = new Asked();
export const policies: Policies = [
  ...resourceRules.map((rule) => asPolicy(rule, asked)),
  mergedPolicy("namespace-is-guarded", stackRules, asked),
];
