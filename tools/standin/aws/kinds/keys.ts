import type { Property } from "../../plugin/properties";
import { hex, iamArn, regionalArn } from "../account";
import { complaint, type Kind, number, type Request, text } from "../kind";
import { Refusal } from "../refusal";
import type { Cloud } from "../store";
import { documentRules, principalsOf } from "./policy-document";
import { KEY, LOG_GROUP, ROLE } from "./tokens";

export const key: Kind = {
  token: KEY,
  title: "KMS Key",
  defaults: {
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },
  fixed: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
  rules: [
    ...documentRules("policy", "resource"),
    // KMS API reference, ScheduleKeyDeletion and EnableKeyRotation.
    ({ deletionWindowInDays }) => ranged("deletionWindowInDays", number(deletionWindowInDays), 7, 30),
    ({ rotationPeriodInDays }) => ranged("rotationPeriodInDays", number(rotationPeriodInDays), 90, 2560),
  ],
  admit: refuseStrangers,
  born({ region, cloud }) {
    const made = hex(32, cloud.newId("key-"));
    const id = made.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
    return { id, state: { keyId: id, arn: regionalArn("kms", region, `key/${id}`) } };
  },
};

/** KMS API reference, CreateKey and PutKeyPolicy: a key policy names nobody whom KMS cannot see. */
function refuseStrangers({ inputs, cloud, world }: Request): void {
  const roles = [...world.rolesBefore, ...cloud.all(ROLE).map(({ state }) => state.arn)];
  const named = principalsOf(inputs.policy, "AWS").filter((arn) => arn.startsWith(iamArn("role/")));
  if (named.every((arn) => roles.includes(arn))) return;
  const words = "Policy contains a statement with one or more invalid principals.";
  throw new Refusal("MalformedPolicyDocumentException", words);
}

function ranged(property: string, value: number | undefined, least: number, most: number) {
  if (value === undefined || (value >= least && value <= most)) return [];
  return complaint(property, `expected ${property} to be in the range (${least} - ${most}), got ${value}`);
}

const ALIAS = "aws:kms/alias:Alias";

export const alias: Kind = {
  token: ALIAS,
  title: "KMS Alias",
  naming: { field: "name", prefix: "alias/", longest: 256 },
  fixed: ["name", "namePrefix"],
  rules: [
    // KMS API reference, CreateAlias.
    ({ name }) =>
      text(name) === undefined || /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(text(name) ?? "")
        ? []
        : complaint(
            "name",
            "invalid value for name (must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-])",
          ),
  ],
  admit({ inputs, cloud, thing }) {
    const wanted = text(inputs, "targetKeyId");
    const known = cloud.all(KEY).some(({ id, state }) => id === wanted || state.arn === wanted);
    if (!known) throw new Refusal("NotFoundException", `Key '${wanted}' does not exist`);
    const twin = cloud.all(ALIAS).some((other) => other.id !== thing?.id && other.inputs.name === inputs.name);
    if (twin) throw new Refusal("AlreadyExistsException", `An alias with the name ${inputs.name} already exists`);
  },
  born({ inputs, region, cloud }) {
    const name = text(inputs, "name") ?? "";
    const wanted = text(inputs, "targetKeyId");
    const target = cloud.all(KEY).find(({ id, state }) => id === wanted || state.arn === wanted);
    return { id: name, state: { arn: regionalArn("kms", region, name), targetKeyArn: target?.state.arn ?? null } };
  },
};

/** CloudWatch Logs API reference, PutRetentionPolicy. */
const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: Kind = {
  token: LOG_GROUP,
  title: "CloudWatch Logs Log Group",
  naming: { field: "name", longest: 512 },
  defaults: { skipDestroy: false },
  fixed: ["name", "namePrefix", "logGroupClass"],
  references: [
    {
      field: "kmsKeyId",
      to: KEY,
      by: "arn",
      missing: (arn) => new Refusal("InvalidParameterException", `The specified KMS Key Id could not be found: ${arn}`),
      without: "stays",
    },
  ],
  rules: [
    ({ retentionInDays }) => {
      const days = number(retentionInDays);
      if (days === undefined || RETENTIONS.includes(days)) return [];
      return complaint(
        "retentionInDays",
        `expected retention_in_days to be one of ${JSON.stringify(RETENTIONS)}, got ${days}`,
      );
    },
    ({ name }) =>
      text(name) === undefined || /^[\w./#-]{1,512}$/.test(text(name) ?? "")
        ? []
        : complaint(
            "name",
            "isn't a valid log group name (alphanumeric, underscores, hyphens, slashes, hash signs and dots)",
          ),
  ],
  admit({ inputs, cloud, thing, region }) {
    refuseLogKey(inputs.kmsKeyId, cloud, region);
    const twin = cloud.all(LOG_GROUP).some((other) => other.id !== thing?.id && other.inputs.name === inputs.name);
    if (twin) throw new Refusal("ResourceAlreadyExistsException", "The specified log group already exists");
  },
  born({ inputs, region }) {
    const name = text(inputs, "name") ?? "";
    return {
      id: name,
      state: {
        arn: regionalArn("logs", region, `log-group:${name}`),
        logGroupClass: inputs.logGroupClass ?? "STANDARD",
      },
    };
  },
};

/** CloudWatch Logs user guide, "Encrypt log data using AWS KMS": the key's own policy has to let the service use it. */
function refuseLogKey(arn: Property | undefined, cloud: Cloud, region: string): void {
  if (arn === undefined) return;
  const policy = cloud.all(KEY).find(({ state }) => state.arn === arn)?.inputs.policy;
  if (String(policy).includes(`logs.${region}.amazonaws.com`)) return;
  const words = `The specified KMS key does not exist or is not allowed to be used with CloudWatch Logs: ${arn}`;
  throw new Refusal("AccessDeniedException", words);
}
