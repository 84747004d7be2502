import { trust } from "../documents";
import { permission, type Rules } from "./rules";

export const identities: Rules = {
  sound: {
    Role: { assumeRolePolicy: trust("ec2.amazonaws.com") },
    InstanceProfile: { role: "node" },
    RolePolicy: { role: "node", policy: permission({}) },
    Key: { enableKeyRotation: true },
    Alias: { name: "alias/acme", targetKeyId: "key-1" },
    LogGroup: { retentionInDays: 90 },
    EventRule: { eventPattern: "{}" },
    Queue: {},
    OpenIdConnectProvider: { url: "https://oidc.example.com", clientIdLists: ["sts.amazonaws.com"] },
  },
  cases: {
    Role: [
      {
        title: "a name of 65 characters",
        inputs: { name: "r".repeat(65) },
        property: "name",
        reason: `expected length of name to be in the range (1 - 64), got ${"r".repeat(65)}`,
      },
      {
        title: "a prefix of 39 characters",
        inputs: { namePrefix: "r".repeat(39) },
        property: "namePrefix",
        reason: `expected length of namePrefix to be in the range (1 - 38), got ${"r".repeat(39)}`,
      },
      {
        title: "a slash in the name",
        inputs: { name: "a/b" },
        property: "name",
        reason: "invalid value for name (must match [\\w+=,.@-])",
      },
      {
        title: "a path without its last slash",
        inputs: { path: "/bulkhead/staging" },
        property: "path",
        reason: "ValidationError: The specified value for path is invalid: /bulkhead/staging",
      },
      {
        title: "a trust policy that is no JSON",
        inputs: { assumeRolePolicy: "{" },
        property: "assumeRolePolicy",
        reason: "contains an invalid JSON policy: not a JSON object",
      },
      {
        title: "a trust policy with a resource",
        inputs: { assumeRolePolicy: permission({ Principal: "*" }) },
        property: "assumeRolePolicy",
        reason: "MalformedPolicyDocument: Has prohibited field Resource",
      },
    ],
    InstanceProfile: [
      {
        title: "a path without its first slash",
        inputs: { path: "bulkhead/" },
        property: "path",
        reason: "ValidationError: The specified value for path is invalid: bulkhead/",
      },
      {
        title: "a slash in the name",
        inputs: { name: "a/b" },
        property: "name",
        reason: "invalid value for name (must match [\\w+=,.@-])",
      },
    ],
    RolePolicy: [
      {
        title: "another version of the language",
        inputs: { policy: permission({}, "2026-01-01") },
        property: "policy",
        reason: "MalformedPolicyDocument: the policy must contain a valid version string",
      },
      {
        title: "no statement",
        inputs: { policy: '{"Version":"2012-10-17","Statement":[]}' },
        property: "policy",
        reason: "MalformedPolicyDocument: Syntax errors in policy.",
      },
      {
        title: "a principal in a right",
        inputs: { policy: permission({ Principal: "*" }) },
        property: "policy",
        reason: "MalformedPolicyDocument: Policy document should not specify a principal.",
      },
      {
        title: "an effect of another name",
        inputs: { policy: permission({ Effect: "Permit" }) },
        property: "policy",
        reason: "MalformedPolicyDocument: Syntax errors in policy: Effect is Allow or Deny",
      },
    ],
    Key: [
      {
        title: "a waiting time of 6 days",
        inputs: { deletionWindowInDays: 6 },
        property: "deletionWindowInDays",
        reason: "expected deletionWindowInDays to be in the range (7 - 30), got 6",
      },
    ],
    Alias: [
      {
        title: "a name of AWS's own",
        inputs: { name: "alias/aws/eks" },
        property: "name",
        reason: "invalid value for name (must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-])",
      },
    ],
    LogGroup: [
      {
        title: "a retention that CloudWatch does not offer",
        inputs: { retentionInDays: 91 },
        property: "retentionInDays",
        reason: "got 91",
      },
    ],
    EventRule: [
      {
        title: "neither pattern nor schedule",
        inputs: { eventPattern: null },
        property: "eventPattern",
        reason: "one of `event_pattern,schedule_expression` must be specified",
      },
      {
        title: "a pattern that is no JSON",
        inputs: { eventPattern: "{" },
        property: "eventPattern",
        reason: '"eventPattern" contains an invalid JSON',
      },
    ],
    Queue: [
      { title: "a dot in the name", inputs: { name: "a.b" }, property: "name", reason: "invalid queue name: a.b" },
    ],
    OpenIdConnectProvider: [
      {
        title: "an address without TLS",
        inputs: { url: "http://oidc.example.com" },
        property: "url",
        reason: "ValidationError: Invalid Open ID Connect Provider URL",
      },
    ],
  },
};
