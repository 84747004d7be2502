import type { ClusterRole, PolicyRule } from "kubernetes-types/rbac/v1";
import { profileRoleName } from "../../config/names";
import type { ServedKind } from "../live/served";
import type { Scene } from "./scene";

/** What the scene's actor may do in its namespace. */
export function rulesOf({ plan, who }: Pick<Scene, "plan" | "who">): readonly PolicyRule[] {
  if (who?.rules) return who.rules;
  const name = profileRoleName(who?.profile ?? "admin");
  const role = plan.roles.find(({ metadata }) => metadata.name === name) as ClusterRole | undefined;
  return role?.rules ?? [];
}

/** As RBAC writes it: `pods/exec`. */
export function resourceText({ resource, subresource }: Pick<ServedKind, "resource" | "subresource">): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** Whether rules hold a right. A wildcard grants everything, as it does for RBAC. */
export function grants(
  rules: readonly PolicyRule[],
  kind: Pick<ServedKind, "group" | "resource" | "subresource">,
  verb: string,
): boolean {
  return rules.some(
    ({ apiGroups = [], resources = [], verbs }) =>
      holds(apiGroups, kind.group) && holds(resources, resourceText(kind)) && holds(verbs, verb),
  );
}

function holds(list: readonly string[], value: string): boolean {
  return list.includes(value) || list.includes("*");
}
