import { equal, without } from "../../plugin/fields";
import { isMap, type PropertyMap } from "../../plugin/properties";
import { regionalArn } from "../account";
import { complaint, type Kind, list, number, text } from "../kind";
import { Refusal } from "../refusal";
import { ofSecurityGroups } from "./missing";
import { LAUNCH_TEMPLATE } from "./tokens";

export const launchTemplate: Kind = {
  token: LAUNCH_TEMPLATE,
  title: "EC2 Launch Template",
  naming: { field: "name", longest: 128 },
  fixed: ["name", "namePrefix"],
  // The template only names them; what holds a group is a network interface that carries it.
  references: [{ ...ofSecurityGroups("vpcSecurityGroupIds"), without: "stays" }],
  rules: [
    // EC2 API reference, CreateLaunchTemplate and LaunchTemplateInstanceMetadataOptionsRequest.
    ({ name }) =>
      text(name) === undefined || /^[a-zA-Z0-9().\-/_]{3,128}$/.test(text(name) ?? "")
        ? []
        : complaint("name", "InvalidLaunchTemplateName.MalformedException: 3 to 128 letters, digits and ().-/_"),
    ({ metadataOptions }) => {
      const hops = number(metadataOptions, "httpPutResponseHopLimit");
      if (hops === undefined || (hops >= 1 && hops <= 64)) return [];
      return complaint(
        "metadataOptions.httpPutResponseHopLimit",
        `expected a value in the range (1 - 64), got ${hops}`,
      );
    },
    ({ metadataOptions }) =>
      oneOf("metadataOptions.httpTokens", text(metadataOptions, "httpTokens"), ["optional", "required"]),
    ({ metadataOptions }) =>
      oneOf("metadataOptions.httpEndpoint", text(metadataOptions, "httpEndpoint"), ["enabled", "disabled"]),
    ({ userData }) => userDataFault(text(userData)),
    ({ tagSpecifications }) =>
      list(tagSpecifications).flatMap((one, index) =>
        oneOf(`tagSpecifications[${index}].resourceType`, text(one, "resourceType"), TAGGABLE),
      ),
    ({ blockDeviceMappings }) =>
      list(blockDeviceMappings).flatMap((one, index) => diskFaults(isMap(one) ? one : {}, index)),
  ],
  admit({ inputs, cloud, thing }) {
    const twin = cloud
      .all(LAUNCH_TEMPLATE)
      .some((other) => other.id !== thing?.id && other.inputs.name === inputs.name);
    if (!twin) return;
    throw new Refusal("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
  },
  born({ inputs, region, cloud }) {
    const id = cloud.newId("lt-");
    const arn = regionalArn("ec2", region, `launch-template/${id}`);
    return { id, state: { arn, latestVersion: 1, defaultVersion: 1 }, hidden: { versions: { 1: inputs } } };
  },
  changed({ inputs, thing }) {
    // Tags are of the template, not of a version of it.
    if (equal(untagged(inputs), untagged(thing.inputs))) return {};
    const latestVersion = (number(thing.state, "latestVersion") ?? 0) + 1;
    thing.hidden.versions = { ...(thing.hidden.versions as PropertyMap), [latestVersion]: inputs };
    const defaultVersion =
      inputs.updateDefaultVersion === true ? latestVersion : (inputs.defaultVersion ?? thing.state.defaultVersion ?? 1);
    return { latestVersion, defaultVersion };
  },
  unstable: ["latestVersion", "defaultVersion"],
};

function untagged(inputs: PropertyMap): PropertyMap {
  return without(without(inputs, "tags"), "tagsAll");
}

const TAGGABLE = ["instance", "volume", "network-interface", "spot-instances-request", "elastic-gpu"];

function oneOf(property: string, value: string | undefined, allowed: readonly string[]) {
  if (value === undefined || allowed.includes(value)) return [];
  return complaint(property, `expected ${property} to be one of ${JSON.stringify(allowed)}, got ${value}`);
}

/** EC2 user guide, "Run commands when you launch an EC2 instance": base64, 16 KB before the encoding. */
function userDataFault(value: string | undefined) {
  if (value === undefined) return [];
  if (!/^[A-Za-z0-9+/\s]*={0,2}$/.test(value))
    return complaint("userData", "InvalidUserData.Malformed: Invalid BASE64 encoding of user data.");
  const bytes = Buffer.from(value, "base64").length;
  return bytes <= 16384
    ? []
    : complaint("userData", `InvalidParameterValue: User data is limited to 16384 bytes, got ${bytes}`);
}

/** The provider takes texts for what EC2 has as booleans. EC2 API reference, EbsBlockDevice: a key needs encryption. */
function diskFaults(mapping: PropertyMap, index: number) {
  const property = `blockDeviceMappings[${index}].ebs`;
  const encrypted = text(mapping, "ebs", "encrypted");
  const faults = oneOf(`${property}.encrypted`, encrypted, ["true", "false"]);
  if (text(mapping, "ebs", "kmsKeyId") === undefined || encrypted === "true") return faults;
  return [
    ...faults,
    ...complaint(
      `${property}.kmsKeyId`,
      "InvalidParameterDependency: The parameter KmsKeyId requires the parameter Encrypted to be set.",
    ),
  ];
}

/** The template as it was in one of its versions; undefined when it never had that one. */
export function templateVersion(
  hidden: PropertyMap,
  state: PropertyMap,
  version: string | undefined,
): PropertyMap | undefined {
  const wanted =
    version === "$Latest" || version === undefined
      ? state.latestVersion
      : version === "$Default"
        ? state.defaultVersion
        : version;
  const found = isMap(hidden.versions) ? hidden.versions[String(wanted)] : undefined;
  return isMap(found) ? found : undefined;
}
