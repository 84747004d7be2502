import type { PropertyMap } from "../../plugin/properties";
import { hex, iamArn } from "../account";
import { complaint, type Kind, type Request, text } from "../kind";
import { Refusal } from "../refusal";
import { ofRole } from "./missing";
import { documentRules, policyText } from "./policy-document";
import { ATTACHMENT, INSTANCE_PROFILE, POLICY, ROLE, ROLE_POLICY } from "./tokens";

/** IAM user guide, "IAM and AWS STS quotas": names take letters, digits and _+=,.@-. */
const NAME = /^[\w+=,.@-]+$/;

function nameRule(longest: number, longestPrefix: number): NonNullable<Kind["rules"]>[number] {
  return ({ name, namePrefix }) => [
    ...nameFault("name", text(name), longest),
    ...nameFault("namePrefix", text(namePrefix), longestPrefix),
  ];
}

function nameFault(property: string, value: string | undefined, longest: number) {
  if (value === undefined) return [];
  if (value.length > longest)
    return complaint(property, `expected length of ${property} to be in the range (1 - ${longest}), got ${value}`);
  return NAME.test(value) ? [] : complaint(property, `invalid value for ${property} (must match [\\w+=,.@-])`);
}

/** IAM API reference, CreateRole: one slash, or visible characters between two. */
function pathRule({ path }: PropertyMap) {
  const value = text(path);
  if (value === undefined || (/^\/([\x21-\x7e]+\/)?$/.test(value) && value.length <= 512)) return [];
  return complaint("path", `ValidationError: The specified value for path is invalid: ${value}`);
}

export const role: Kind = {
  token: ROLE,
  title: "IAM Role",
  naming: { field: "name", longest: 64 },
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  fixed: ["name", "namePrefix", "path"],
  // 64 and, because the provider appends 26 characters to a prefix, 38.
  rules: [nameRule(64, 38), pathRule, ...documentRules("assumeRolePolicy", "trust")],
  admit: onlyOne(ROLE, "Role"),
  born({ inputs }) {
    const name = text(inputs, "name") ?? "";
    const arn = iamArn(`role${text(inputs, "path") ?? "/"}${name}`);
    return {
      id: name,
      state: {
        arn,
        uniqueId: `AROA${hex(17, name).toUpperCase()}`,
        createDate: BEGINNING,
        assumeRolePolicy: policyText(inputs.assumeRolePolicy),
      },
    };
  },
  changed: ({ inputs }) => ({ assumeRolePolicy: policyText(inputs.assumeRolePolicy) }),
  held: () => new Refusal("DeleteConflict", "Cannot delete entity, must detach all policies first."),
};

/** IAM user guide, "Use instance profiles": one role at most. The provider takes a role out of it before the role goes. */
export const instanceProfile: Kind = {
  token: INSTANCE_PROFILE,
  title: "IAM Instance Profile",
  naming: { field: "name", longest: 128 },
  defaults: { path: "/" },
  fixed: ["name", "namePrefix", "path"],
  references: [{ ...ofRole("role"), without: "stays" }],
  rules: [nameRule(128, 102), pathRule],
  admit: onlyOne(INSTANCE_PROFILE, "Instance Profile"),
  born({ inputs }) {
    const name = text(inputs, "name") ?? "";
    const arn = iamArn(`instance-profile${text(inputs, "path") ?? "/"}${name}`);
    return { id: name, state: { arn, uniqueId: `AIPA${hex(17, name).toUpperCase()}`, createDate: BEGINNING } };
  },
};

/** Nothing here needs the time of day, and what is the same in each run can be compared. */
export const BEGINNING = "2026-01-01T00:00:00Z";

function onlyOne(token: string, noun: string): (request: Request) => void {
  return ({ inputs, cloud, thing }) => {
    const twin = cloud.all(token).some((other) => other.id !== thing?.id && other.inputs.name === inputs.name);
    if (twin) throw new Refusal("EntityAlreadyExists", `${noun} with name ${inputs.name} already exists.`);
  };
}

export const rolePolicy: Kind = {
  token: ROLE_POLICY,
  title: "IAM Role Policy",
  naming: { field: "name", longest: 128 },
  fixed: ["name", "namePrefix", "role"],
  references: [ofRole("role")],
  rules: [nameRule(128, 102), ...documentRules("policy", "permission")],
  born: ({ inputs }) => ({ id: `${inputs.role}:${inputs.name}`, state: { policy: policyText(inputs.policy) } }),
  changed: ({ inputs }) => ({ policy: policyText(inputs.policy) }),
};

export const policy: Kind = {
  token: POLICY,
  title: "IAM Policy",
  naming: { field: "name", longest: 128 },
  defaults: { path: "/" },
  fixed: ["name", "namePrefix", "path", "description"],
  rules: [nameRule(128, 102), ...documentRules("policy", "permission")],
  admit: onlyOne(POLICY, "A policy"),
  born({ inputs }) {
    const arn = iamArn(`policy${text(inputs, "path") ?? "/"}${inputs.name}`);
    return {
      id: arn,
      state: { arn, policyId: `ANPA${hex(17, arn).toUpperCase()}`, policy: policyText(inputs.policy) },
    };
  },
  changed: ({ inputs }) => ({ policy: policyText(inputs.policy) }),
  held: () => new Refusal("DeleteConflict", "Cannot delete a policy attached to entities."),
};

/** A policy of AWS's own, as the SDK lists them, or newer than its list. */
function managedByAws(arn: string): boolean {
  const { ManagedPolicy } = require("@pulumi/aws/types/enums/iam") as { ManagedPolicy: Record<string, string> };
  return NEWER.has(arn) || Object.values(ManagedPolicy).includes(arn);
}

/** AWS managed policy reference guide; those for EKS and its nodes that the SDK's list lacks. */
const NEWER = new Set(
  [
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSDashboardConsoleReadOnly",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
  ].map((name) => `arn:aws:iam::aws:policy/${name}`),
);

export const rolePolicyAttachment: Kind = {
  token: ATTACHMENT,
  title: "IAM Role Policy Attachment",
  fixed: ["role", "policyArn"],
  references: [ofRole("role"), { field: "policyArn", to: POLICY }],
  admit({ inputs, cloud }) {
    const arn = text(inputs, "policyArn") ?? "";
    if (managedByAws(arn) || cloud.get(POLICY, arn)) return;
    throw new Refusal("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`);
  },
  born: ({ inputs }) => ({ id: `${inputs.role}/${inputs.policyArn}` }),
};

/** ARNs of the policies that a role has by attachments. */
export function attachedPolicies({ cloud }: Pick<Request, "cloud">, roleName: string): string[] {
  const attached = cloud.all(ATTACHMENT).filter(({ inputs }) => inputs.role === roleName);
  const own = cloud.get(ROLE, roleName)?.inputs.managedPolicyArns;
  return [...attached.map(({ inputs }) => inputs.policyArn), ...(Array.isArray(own) ? own : [])].filter(
    (arn) => typeof arn === "string",
  );
}

export const openIdConnectProvider: Kind = {
  token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  title: "IAM OIDC Provider",
  fixed: ["url"],
  rules: [
    ({ url }) =>
      text(url) === undefined || /^https:\/\//.test(text(url) ?? "")
        ? []
        : complaint("url", "ValidationError: Invalid Open ID Connect Provider URL"),
  ],
  admit({ inputs, cloud, thing }) {
    const url = text(inputs, "url");
    const twin = cloud
      .all("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
      .some((other) => other.id !== thing?.id && other.inputs.url === url);
    if (twin) throw new Refusal("EntityAlreadyExists", `Provider with url ${url} already exists.`);
  },
  born({ inputs }) {
    const arn = iamArn(`oidc-provider/${text(inputs, "url")?.replace(/^https:\/\//, "")}`);
    return { id: arn, state: { arn, thumbprintLists: inputs.thumbprintLists ?? [hex(40, arn)] } };
  },
};
