import { permission, principalArn, type Rules } from "./rules";

const vpcConfig = { subnetIds: ["subnet-1", "subnet-2"] };
const scalingConfig = { minSize: 0, desiredSize: 1, maxSize: 2 };
const identity = { clusterName: "main", namespace: "acme", serviceAccount: "app", roleArn: principalArn };
const labels = (key: string, value = "x") => ({ labels: { [key]: value } });
const RESERVED = (key: string) =>
  `InvalidParameterException: Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]: ${key}`;

export const clusters: Rules = {
  sound: {
    Cluster: { roleArn: "arn", vpcConfig },
    LaunchTemplate: { userData: "aGk=" },
    NodeGroup: { clusterName: "main", nodeRoleArn: "arn", subnetIds: ["subnet-1"], scalingConfig },
    Addon: { clusterName: "main", addonName: "vpc-cni", addonVersion: "v1.21.1-eksbuild.1" },
    AccessEntry: { clusterName: "main", principalArn },
    AccessPolicyAssociation: {
      clusterName: "main",
      principalArn,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    },
    PodIdentityAssociation: identity,
  },
  cases: {
    Cluster: [
      {
        title: "a name of 101 characters",
        inputs: { name: "c".repeat(101) },
        property: "name",
        reason: "must be 1 to 100 letters, digits, hyphens and underscores",
      },
      { title: "a dot in the name", inputs: { name: "a.b" }, property: "name", reason: "invalid value for name" },
      {
        title: "one subnet",
        inputs: { vpcConfig: { subnetIds: ["subnet-1"] } },
        property: "vpcConfig.subnetIds",
        reason: "InvalidParameterException: Subnets specified must be in at least two different AZs",
      },
      {
        title: "an API server that nobody reaches",
        inputs: { vpcConfig: { ...vpcConfig, endpointPublicAccess: false } },
        property: "vpcConfig.endpointPrivateAccess",
        reason: "InvalidRequestException: Private and public endpoint access cannot be both false",
      },
      {
        title: "private addresses as public ones",
        inputs: { vpcConfig: { ...vpcConfig, publicAccessCidrs: ["10.1.0.0/16"] } },
        property: "vpcConfig.publicAccessCidrs[0]",
        reason: "InvalidParameterException: The following CIDRs are not allowed in publicAccessCidrs: 10.1.0.0/16",
      },
      {
        title: "another way of authentication",
        inputs: { accessConfig: { authenticationMode: "OIDC" } },
        property: "accessConfig.authenticationMode",
        reason:
          'expected accessConfig.authenticationMode to be one of ["API","API_AND_CONFIG_MAP","CONFIG_MAP"], got OIDC',
      },
      {
        title: "another kind of support",
        inputs: { upgradePolicy: { supportType: "standard" } },
        property: "upgradePolicy.supportType",
        reason: "got standard",
      },
      {
        title: "a log of another name",
        inputs: { enabledClusterLogTypes: ["api", "kubelet"] },
        property: "enabledClusterLogTypes[1]",
        reason: "got kubelet",
      },
      {
        title: "encryption of anything but secrets",
        inputs: { encryptionConfig: { provider: { keyArn: "arn" }, resources: ["configmaps"] } },
        property: "encryptionConfig.resources[0]",
        reason: "got configmaps",
      },
      {
        title: "addresses of services that are not private",
        inputs: { kubernetesNetworkConfig: { serviceIpv4Cidr: "100.64.0.0/16" } },
        property: "kubernetesNetworkConfig.serviceIpv4Cidr",
        reason: "has to lie within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
      },
      {
        title: "half of Auto Mode",
        inputs: { computeConfig: { enabled: true } },
        property: "computeConfig.enabled",
        reason: "must all be set to either true or false",
      },
    ],
    LaunchTemplate: [
      {
        title: "user data that is not base64",
        inputs: { userData: "#!/bin/sh -e" },
        property: "userData",
        reason: "InvalidUserData.Malformed: Invalid BASE64 encoding of user data.",
      },
      {
        title: "more than 16 KB of user data",
        inputs: { userData: Buffer.alloc(16385).toString("base64") },
        property: "userData",
        reason: "InvalidParameterValue: User data is limited to 16384 bytes, got 16385",
      },
      {
        title: "a hop limit beyond 64",
        inputs: { metadataOptions: { httpPutResponseHopLimit: 65 } },
        property: "metadataOptions.httpPutResponseHopLimit",
        reason: "expected a value in the range (1 - 64), got 65",
      },
      {
        title: "another way of asking for tokens",
        inputs: { metadataOptions: { httpTokens: "always" } },
        property: "metadataOptions.httpTokens",
        reason: 'expected metadataOptions.httpTokens to be one of ["optional","required"], got always',
      },
      {
        title: "tags on what has none",
        inputs: { tagSpecifications: [{ resourceType: "subnet", tags: {} }] },
        property: "tagSpecifications[0].resourceType",
        reason: "got subnet",
      },
      {
        title: "a key for a disk that is not encrypted",
        inputs: { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { kmsKeyId: "arn" } }] },
        property: "blockDeviceMappings[0].ebs.kmsKeyId",
        reason: "InvalidParameterDependency: The parameter KmsKeyId requires the parameter Encrypted to be set.",
      },
    ],
    NodeGroup: [
      {
        title: "a name of 64 characters",
        inputs: { nodeGroupName: "n".repeat(64) },
        property: "nodeGroupName",
        reason: "expected length of nodeGroupName to be in the range (0 - 63)",
      },
      {
        title: "fewest above wanted",
        inputs: { scalingConfig: { minSize: 2, desiredSize: 1, maxSize: 2 } },
        property: "scalingConfig.desiredSize",
        reason: "InvalidParameterException: Minimum capacity 2 can't be greater than desired size 1",
      },
      {
        title: "wanted above most",
        inputs: { scalingConfig: { minSize: 0, desiredSize: 3, maxSize: 2 } },
        property: "scalingConfig.desiredSize",
        reason: "InvalidParameterException: desired capacity 3 can't be greater than max size 2",
      },
      {
        title: "none at most",
        inputs: { scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 0 } },
        property: "scalingConfig.maxSize",
        reason: "expected maxSize to be in the range (1 - 450), got 0",
      },
      {
        title: "a label of Kubernetes' own",
        inputs: labels("kubernetes.io/role"),
        property: 'labels["kubernetes.io/role"]',
        reason: RESERVED("kubernetes.io/role"),
      },
      {
        title: "a label of Kubernetes' own subdomain",
        inputs: labels("node-restriction.kubernetes.io/tenant"),
        property: 'labels["node-restriction.kubernetes.io/tenant"]',
        reason: RESERVED("node-restriction.kubernetes.io/tenant"),
      },
      {
        title: "a label of EKS's own",
        inputs: labels("eks.amazonaws.com/pool"),
        property: 'labels["eks.amazonaws.com/pool"]',
        reason: RESERVED("eks.amazonaws.com/pool"),
      },
      {
        title: "a label's value of 64 characters",
        inputs: labels("team", "t".repeat(64)),
        property: 'labels["team"]',
        reason: "InvalidParameterException: Label value must be 63 characters or less",
      },
      {
        title: "Kubernetes' spelling of a taint's effect",
        inputs: { taints: [{ key: "team", value: "acme", effect: "NoSchedule" }] },
        property: "taints[0].effect",
        reason:
          'expected taints[0].effect to be one of ["NO_SCHEDULE","NO_EXECUTE","PREFER_NO_SCHEDULE"], got NoSchedule',
      },
      {
        title: "51 taints",
        inputs: { taints: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, effect: "NO_SCHEDULE" })) },
        property: "taints",
        reason: 'Too many list items. No more than 50 "taint" blocks are allowed',
      },
      {
        title: "a disk beside a launch template",
        inputs: { launchTemplate: { id: "lt-1", version: "1" }, diskSize: 50 },
        property: "diskSize",
        reason: "InvalidParameterException: diskSize cannot be specified together with a launch template",
      },
      {
        title: "remote access beside a launch template",
        inputs: { launchTemplate: { id: "lt-1", version: "1" }, remoteAccess: {} },
        property: "remoteAccess",
        reason: "InvalidParameterException: remoteAccess cannot be specified together with a launch template",
      },
      {
        title: "two ways to bound an update",
        inputs: { updateConfig: { maxUnavailable: 1, maxUnavailablePercentage: 10 } },
        property: "updateConfig.maxUnavailable",
        reason: "only one of `max_unavailable,max_unavailable_percentage` can be specified",
      },
    ],
    Addon: [
      {
        title: "an add-on that EKS does not have",
        inputs: { addonName: "cilium" },
        property: "addonName",
        reason: "InvalidParameterException: Addon cilium specified is not supported",
      },
      {
        title: "a version that is none of EKS's",
        inputs: { addonVersion: "1.21.1" },
        property: "addonVersion",
        reason: "InvalidParameterException: Addon version specified is not supported: 1.21.1",
      },
      {
        title: "a configuration in YAML",
        inputs: { configurationValues: "enableNetworkPolicy: true" },
        property: "configurationValues",
        reason: "it is no JSON object",
      },
      {
        title: "keeping what somebody changed, at creation",
        inputs: { resolveConflictsOnCreate: "PRESERVE" },
        property: "resolveConflictsOnCreate",
        reason: "got PRESERVE",
      },
    ],
    AccessEntry: [
      {
        title: "a group of Kubernetes' own",
        inputs: { kubernetesGroups: ["platform", "system:masters"] },
        property: "kubernetesGroups[1]",
        reason:
          "InvalidParameterException: The kubernetes group name system:masters is invalid, it cannot start with system:, eks:, aws:, amazon:, or iam:",
      },
      ...["eks:", "aws:", "amazon:", "iam:"].map((prefix) => ({
        title: `a group that begins with ${prefix}`,
        inputs: { kubernetesGroups: [`${prefix}ops`] },
        property: "kubernetesGroups[0]",
        reason: `InvalidParameterException: The kubernetes group name ${prefix}ops is invalid, it cannot start with system:, eks:, aws:, amazon:, or iam:`,
      })),
      {
        title: "a session as a principal",
        inputs: { principalArn: "arn:aws:sts::111122223333:assumed-role/ops/session" },
        property: "principalArn",
        reason: "InvalidParameterException: The specified principalArn is invalid",
      },
      {
        title: "groups of nodes",
        inputs: { type: "EC2_LINUX", kubernetesGroups: ["platform"] },
        property: "kubernetesGroups",
        reason:
          "InvalidParameterException: You can't specify kubernetesGroups or username for an entry of type EC2_LINUX",
      },
    ],
    AccessPolicyAssociation: [
      {
        title: "a policy of IAM",
        inputs: { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
        property: "policyArn",
        reason: "InvalidParameterException: The specified policyArn is invalid",
      },
      {
        title: "namespaces of the whole cluster",
        inputs: { accessScope: { type: "cluster", namespaces: ["acme"] } },
        property: "accessScope.namespaces",
        reason: "InvalidParameterException: namespaces cannot be specified for a cluster scope",
      },
    ],
    PodIdentityAssociation: [
      {
        title: "a session policy beside session tags",
        inputs: { policy: permission({}) },
        property: "disableSessionTags",
        reason: "InvalidParameterException: a session policy requires session tags to be disabled",
      },
    ],
  },
};
