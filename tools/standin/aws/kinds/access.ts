import { hex, regionalArn, roleNameOf, sessionArn } from "../account";
import { clusterOf, complaint, type Kind, text, texts } from "../kind";
import { Refusal } from "../refusal";
import type { Thing } from "../store";
import { BEGINNING } from "./identity";
import { withCluster } from "./missing";
import { ACCESS_ENTRY, ACCESS_POLICY, CLUSTER } from "./tokens";

const TYPES = ["STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX"];
const PRINCIPAL = /^arn:aws:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;

/** Amazon EKS user guide, "Create access entries". */
export const accessEntry: Kind = {
  token: ACCESS_ENTRY,
  title: "EKS Access Entry",
  defaults: { type: "STANDARD" },
  fixed: ["clusterName", "principalArn", "type"],
  references: [withCluster],
  rules: [
    ({ principalArn }) =>
      text(principalArn) === undefined || PRINCIPAL.test(text(principalArn) ?? "")
        ? []
        : complaint(
            "principalArn",
            `InvalidParameterException: The specified principalArn is invalid: ${text(principalArn)}`,
          ),
    ({ type }) =>
      text(type) === undefined || TYPES.includes(text(type) ?? "")
        ? []
        : complaint("type", `expected type to be one of ${JSON.stringify(TYPES)}, got ${text(type)}`),
    ({ kubernetesGroups }) =>
      texts(kubernetesGroups).flatMap((group, index) =>
        /^(system:|eks:|aws:|amazon:|iam:)/.test(group)
          ? complaint(
              `kubernetesGroups[${index}]`,
              `InvalidParameterException: The kubernetes group name ${group} is invalid, it cannot start with system:, eks:, aws:, amazon:, or iam:`,
            )
          : [],
      ),
    ({ type, kubernetesGroups, userName }) =>
      type !== undefined && type !== "STANDARD" && (kubernetesGroups !== undefined || userName !== undefined)
        ? complaint(
            "kubernetesGroups",
            `InvalidParameterException: You can't specify kubernetesGroups or username for an entry of type ${text(type)}`,
          )
        : [],
  ],
  admit({ inputs, cloud, thing }) {
    const mode = text(
      cloud.get(CLUSTER, text(inputs, "clusterName") ?? "")?.state,
      "accessConfig",
      "authenticationMode",
    );
    if (mode === "CONFIG_MAP") {
      const words =
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.";
      throw new Refusal("InvalidRequestException", words);
    }
    if (thing || !cloud.get(ACCESS_ENTRY, `${inputs.clusterName}:${inputs.principalArn}`)) return;
    throw new Refusal(
      "ResourceInUseException",
      "The specified access entry resource is already in use on this cluster.",
    );
  },
  born({ inputs, region }) {
    const id = `${inputs.clusterName}:${inputs.principalArn}`;
    const role = roleNameOf(text(inputs, "principalArn") ?? "");
    return {
      id,
      state: {
        accessEntryArn: regionalArn(
          "eks",
          region,
          `access-entry/${inputs.clusterName}/role/111122223333/${role}/${hex(8, id)}`,
        ),
        createdAt: BEGINNING,
        modifiedAt: BEGINNING,
        kubernetesGroups: inputs.kubernetesGroups ?? [],
        userName: inputs.userName ?? sessionArn(role).replace(/[^/]+$/, "{{SessionName}}"),
      },
    };
  },
  changed: ({ inputs }) => ({ kubernetesGroups: inputs.kubernetesGroups ?? [] }),
  // With the entry goes what was associated with it.
  leave: async ({ inputs }, { planeOf, store }) => {
    const associated = store
      .read()
      .all(ACCESS_POLICY)
      .filter((one) => isOf(one, inputs));
    for (const one of associated)
      if (administers(one)) await planeOf(clusterOf(one)).setAdministrator(userOf(one), "is not");
    await store.change((cloud) => {
      for (const one of associated) cloud.remove(one);
    });
  },
};

function isOf(association: Thing, entry: Thing["inputs"]): boolean {
  return ["clusterName", "principalArn"].every((key) => association.inputs[key] === entry[key]);
}

const POLICY = /^arn:aws:eks::aws:cluster-access-policy\/(\w+)$/;
/** Amazon EKS user guide, "Review access policy permissions". */
const POLICIES = [
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSAutoNodePolicy",
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSHybridPolicy",
  "AmazonEKSSecretReaderPolicy",
  "AmazonEKSViewPolicy",
];

/** Amazon EKS user guide, "Associate access policies with access entries". */
export const accessPolicyAssociation: Kind = {
  token: ACCESS_POLICY,
  title: "EKS Access Policy Association",
  fixed: ["clusterName", "principalArn", "policyArn", "accessScope"],
  references: [withCluster],
  rules: [
    ({ policyArn }) =>
      text(policyArn) === undefined || POLICIES.includes(POLICY.exec(text(policyArn) ?? "")?.[1] ?? "")
        ? []
        : complaint("policyArn", `InvalidParameterException: The specified policyArn is invalid: ${text(policyArn)}`),
    ({ accessScope }) => {
      const type = text(accessScope, "type");
      const count = texts(accessScope, "namespaces").length;
      if (type !== undefined && !["cluster", "namespace"].includes(type)) {
        return complaint(
          "accessScope.type",
          `expected access_scope.0.type to be one of ["cluster","namespace"], got ${type}`,
        );
      }
      if (type === "cluster" && count > 0) {
        return complaint(
          "accessScope.namespaces",
          "InvalidParameterException: namespaces cannot be specified for a cluster scope",
        );
      }
      return [];
    },
  ],
  admit({ inputs, cloud }) {
    const entry = cloud.get(ACCESS_ENTRY, `${inputs.clusterName}:${inputs.principalArn}`);
    if (!entry) {
      const words = `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`;
      throw new Refusal("ResourceNotFoundException", words);
    }
    if (entry.inputs.type !== "STANDARD") {
      throw new Refusal(
        "InvalidRequestException",
        "Access policies can only be associated with entries of type STANDARD",
      );
    }
  },
  born: ({ inputs }) => ({
    id: `${inputs.clusterName}#${inputs.principalArn}#${inputs.policyArn}`,
    state: { associatedAt: BEGINNING, modifiedAt: BEGINNING },
  }),
  settle: async (thing, { planeOf }) => {
    if (administers(thing)) await planeOf(clusterOf(thing)).setAdministrator(userOf(thing), "is");
  },
  leave: async (thing, { planeOf }) => {
    if (administers(thing)) await planeOf(clusterOf(thing)).setAdministrator(userOf(thing), "is not");
  },
};

function administers({ inputs }: Thing): boolean {
  return (
    /\/AmazonEKSClusterAdminPolicy$/.test(text(inputs, "policyArn") ?? "") &&
    text(inputs, "accessScope", "type") === "cluster"
  );
}

function userOf({ inputs }: Thing): string {
  return sessionArn(roleNameOf(text(inputs, "principalArn") ?? ""));
}
