import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "kubernetes-types/admissionregistration/v1";
import {
  MANAGED_LABEL,
  MANAGED_VALUE,
  runtimeLabel,
  TAINT_EFFECTS,
  TENANT_ANCHOR,
  TENANT_LABEL,
} from "../../config/names";
import type { Kata } from "../../config/schema";
import type { Manifest } from "../manifest";
import { STARTUP_TAINTS } from "../pool/spelling";

/** Where the chart puts its DaemonSet and account, by names that are the chart's. */
export const KATA = { namespace: "kube-system", account: "kata-deploy-sa" } as const;

/** As Release takes it. What is not said here is as the chart has it (kata-deploy 4.1.0, values.yaml). */
export function kataRelease({ version, source, image, hypervisor }: Kata) {
  const [, reference = image, tag] = /^([^@]+):([^/:@]+)$/.exec(image) ?? [];
  return {
    name: "kata-deploy",
    chart: `${source}/kata-deploy`,
    version,
    namespace: KATA.namespace,
    // Its only hook in this mode would run an image that nobody pinned, on a node without a taint, of which there may be none.
    disableWebhooks: true,
    values: {
      // Jobs would have to be run again for each node that an autoscaler brings.
      deploymentMode: "daemonset",
      k8sDistribution: "k8s",
      imagePullPolicy: "IfNotPresent",
      image: { reference, ...(tag === undefined ? {} : { tag }) },
      shims: { disableAll: true, [hypervisor]: { enabled: true } },
      defaultShim: { amd64: hypervisor, arm64: hypervisor },
      snapshotter: { setup: [] },
      // The classes are the tenants' own, with placement; the chart's would be open to everybody.
      runtimeClasses: { enabled: false },
      nodeSelector: { [runtimeLabel("kata")]: "true" },
      tolerations: [
        ...TAINT_EFFECTS.map((effect) => ({ key: TENANT_LABEL, operator: "Exists", effect })),
        { ...STARTUP_TAINTS.kata, operator: "Equal" },
      ],
      startupTaints: [`${STARTUP_TAINTS.kata.key}:${STARTUP_TAINTS.kata.effect}`],
    },
  };
}

/** The plain label, and the one that no node can give itself: NodeRestriction holds kubelets, not this account. */
const LABELS = [TENANT_LABEL, TENANT_ANCHOR];

const NODE_OF_CALLER = `request.userInfo.?extra[?"authentication.kubernetes.io/node-name"].orValue([])`;

/**
 * The chart's account may write every node and reach every kubelet, and its token lies on each node that runs Kata: whoever
 * breaks out there would open other tenants' nodes with it. So it is held to the node that it runs on, which the API server
 * itself puts into the token (KEP-4193), and to all but the tenant's label and taints. Straight to another pool's kubelet,
 * past the API server, the security groups let nobody.
 */
export function kataGuard(): Manifest[] {
  return [GUARD, BINDING];
}

const rule = (resources: string[], operations: string[]) => ({
  apiGroups: [""],
  apiVersions: ["v1"],
  resources,
  operations,
});

const metadata = { name: "bulkhead-kata-installer", labels: { [MANAGED_LABEL]: MANAGED_VALUE } };

const GUARD: ValidatingAdmissionPolicy & Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata,
  spec: {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [rule(["nodes", "nodes/status"], ["UPDATE"]), rule(["nodes/proxy"], ["CONNECT"])],
    },
    matchConditions: [
      {
        name: "installer",
        expression: `request.userInfo.username == "system:serviceaccount:${KATA.namespace}:${KATA.account}"`,
      },
    ],
    validations: [
      {
        expression: `request.name in ${NODE_OF_CALLER}`,
        reason: "Forbidden",
        message: "[kata-installer] only the node that the installer itself runs on",
      },
      {
        expression: `request.operation != "UPDATE" || (${fence("object")} == ${fence("oldObject")} && ${LABELS.map((key) => `${label("object", key)} == ${label("oldObject", key)}`).join(" && ")})`,
        reason: "Forbidden",
        message: "[kata-installer] a tenant's label and taints stay on its nodes",
      },
    ],
  },
};

const BINDING: ValidatingAdmissionPolicyBinding & Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata,
  spec: { policyName: metadata.name, validationActions: ["Deny"] },
};

function fence(object: string): string {
  return `${object}.spec.?taints.orValue([]).filter(t, t.key == ${JSON.stringify(TENANT_LABEL)})`;
}

function label(object: string, key: string): string {
  return `${object}.metadata.?labels[?${JSON.stringify(key)}]`;
}
