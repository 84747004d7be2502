import { contains } from "../../../../config/cidr";
import { hasUnknown, isMap, type PropertyMap } from "../../plugin/properties";
import { complaint, type Kind, list, text, texts } from "../kind";
import type { Complaint } from "../shapes";

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** What EKS refuses of a cluster, whatever else there is. Amazon EKS API reference, CreateCluster. */
export const clusterRules: NonNullable<Kind["rules"]> = [
  ({ name }) => clusterNameFault("name", text(name)),
  ({ vpcConfig }) => {
    const subnets = list(vpcConfig, "subnetIds");
    if (!isMap(vpcConfig) || hasUnknown(vpcConfig.subnetIds ?? null) || subnets.length >= 2) return [];
    return complaint(
      "vpcConfig.subnetIds",
      "InvalidParameterException: Subnets specified must be in at least two different AZs",
    );
  },
  ({ vpcConfig }) => (isMap(vpcConfig) ? endpointFaults(vpcConfig) : []),
  ({ accessConfig }) =>
    oneOf("accessConfig.authenticationMode", text(accessConfig, "authenticationMode"), [
      "API",
      "API_AND_CONFIG_MAP",
      "CONFIG_MAP",
    ]),
  ({ upgradePolicy }) =>
    oneOf("upgradePolicy.supportType", text(upgradePolicy, "supportType"), ["STANDARD", "EXTENDED"]),
  ({ enabledClusterLogTypes }) =>
    texts(enabledClusterLogTypes).flatMap((type, index) => oneOf(`enabledClusterLogTypes[${index}]`, type, LOGS)),
  ({ encryptionConfig }) =>
    texts(encryptionConfig, "resources").flatMap((one, index) =>
      oneOf(`encryptionConfig.resources[${index}]`, one, ["secrets"]),
    ),
  ({ version }) =>
    text(version) === undefined || /^1\.\d{2}$/.test(text(version) ?? "")
      ? []
      : complaint("version", `InvalidParameterException: unsupported Kubernetes version ${text(version)}`),
  ({ kubernetesNetworkConfig }) => serviceRangeFaults(text(kubernetesNetworkConfig, "serviceIpv4Cidr")),
  autoModeFaults,
];

export function clusterNameFault(property: string, name: string | undefined): Complaint[] {
  if (name === undefined || /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) return [];
  return complaint(
    property,
    `invalid value for ${property} (must be 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit): ${name}`,
  );
}

function oneOf(property: string, value: string | undefined, allowed: readonly string[]): Complaint[] {
  if (value === undefined || allowed.includes(value)) return [];
  return complaint(property, `expected ${property} to be one of ${JSON.stringify(allowed)}, got ${value}`);
}

/** Amazon EKS user guide, "Cluster API server endpoint": one of both at least, and only public addresses in the list. */
function endpointFaults(vpcConfig: PropertyMap): Complaint[] {
  if (vpcConfig.endpointPublicAccess === false && vpcConfig.endpointPrivateAccess !== true) {
    return complaint(
      "vpcConfig.endpointPrivateAccess",
      "InvalidRequestException: Private and public endpoint access cannot be both false",
    );
  }
  return texts(vpcConfig, "publicAccessCidrs").flatMap((cidr, index) => {
    const reserved = /^\d+(\.\d+){3}\/\d+$/.test(cidr) && PRIVATE.some((range) => contains(range, cidr));
    const property = `vpcConfig.publicAccessCidrs[${index}]`;
    return reserved
      ? complaint(
          property,
          `InvalidParameterException: The following CIDRs are not allowed in publicAccessCidrs: ${cidr}`,
        )
      : [];
  });
}

function serviceRangeFaults(cidr: string | undefined): Complaint[] {
  if (cidr === undefined) return [];
  const length = Number(cidr.split("/")[1]);
  const allowed = PRIVATE.some((range) => contains(range, cidr)) && length >= 12 && length <= 24;
  const words =
    "InvalidParameterException: serviceIpv4Cidr has to lie within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, from /24 to /12";
  return allowed ? [] : complaint("kubernetesNetworkConfig.serviceIpv4Cidr", words);
}

/** Amazon EKS user guide, "Create an EKS Auto Mode cluster": the three switches agree, and nothing else is installed. */
function autoModeFaults({
  computeConfig,
  kubernetesNetworkConfig,
  storageConfig,
  bootstrapSelfManagedAddons,
}: PropertyMap): Complaint[] {
  const flag = (value: PropertyMap[string] | undefined, ...path: string[]) =>
    path.reduce<PropertyMap[string] | undefined>((inner, key) => (isMap(inner) ? inner[key] : undefined), value) ===
    true;
  const compute = flag(computeConfig, "enabled");
  const agree =
    compute === flag(kubernetesNetworkConfig, "elasticLoadBalancing", "enabled") &&
    compute === flag(storageConfig, "blockStorage", "enabled");
  if (!agree) {
    const words =
      "compute_config.enabled, kubernetes_networking_config.elastic_load_balancing.enabled, and storage_config.block_storage.enabled must all be set to either true or false";
    return complaint("computeConfig.enabled", words);
  }
  if (!compute || bootstrapSelfManagedAddons === false) return [];
  return complaint(
    "bootstrapSelfManagedAddons",
    "bootstrap_self_managed_addons must be set to false if EKS Auto Mode is enabled",
  );
}
