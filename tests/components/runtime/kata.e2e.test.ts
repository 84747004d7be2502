import { expect } from "chai";
import type { ClusterRole, ClusterRoleBinding } from "kubernetes-types/rbac/v1";
import { type Answer, messageOf } from "../../../components/cluster/api";
import type { Manifest } from "../../../components/manifest";
import { kataGuard } from "../../../components/runtime/kata.plan";
import { registerNodes } from "../../../tools/controlplane";
import { apply, applyAll, remove, until } from "../../support/apply";
import { useControlPlane } from "../../support/controlplane";

const RBAC = "rbac.authorization.k8s.io";
const name = "kata-deploy";
const ACCOUNT = { kind: "ServiceAccount", name: "kata-deploy-sa", namespace: "kube-system" };

/** What the chart gives to its account (kata-deploy 4.1.0, templates/kata-rbac.yaml). */
const ROLE: ClusterRole & Manifest = {
  apiVersion: `${RBAC}/v1`,
  kind: "ClusterRole",
  metadata: { name },
  rules: [
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "patch"] },
    { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] },
  ],
};
const GRANT: ClusterRoleBinding & Manifest = {
  apiVersion: `${RBAC}/v1`,
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
  subjects: [ACCOUNT],
};

const STARTUP = {
  key: "startup-taint.cluster-autoscaler.kubernetes.io/kata",
  value: "installing",
  effect: "NoSchedule",
} as const;
const FENCE = { key: "bulkhead.dev/tenant", effect: "NoSchedule" } as const;

describe("whoever installs Kata on a node", function () {
  this.timeout(60_000);
  const cluster = useControlPlane();

  /** As the API server takes the token of a pod that runs on a node; undefined: one that says of no node. */
  function installer(node: string | undefined): Record<string, string> {
    return {
      "Impersonate-User": "system:serviceaccount:kube-system:kata-deploy-sa",
      ...(node === undefined ? {} : { "Impersonate-Extra-authentication.kubernetes.io%2Fnode-name": node }),
    };
  }

  const patch = (node: string, body: object, runsOn: string | undefined): Promise<Answer> =>
    cluster().api.ask(`/api/v1/nodes/${node}`, {
      method: "PATCH",
      contentType: "application/merge-patch+json",
      body,
      headers: installer(runsOn),
    });
  const proxied = (node: string, runsOn: string) =>
    cluster().api.ask(`/api/v1/nodes/${node}/proxy/configz`, { headers: installer(runsOn) });
  const ready = { metadata: { labels: { "katacontainers.io/kata-runtime": "true" } } };
  const own = "[kata-installer] only the node that the installer itself runs on";
  const fenced = "[kata-installer] a tenant's label and taints stay on its nodes";

  before(async () => {
    const { api, kubeconfig } = cluster();
    const node = (tenant: string) => ({
      name: `${tenant}-1`,
      labels: { "bulkhead.dev/tenant": tenant },
      taints: [{ ...FENCE, value: tenant }, STARTUP],
      capacity: { cpu: "4", memory: "8Gi", pods: "10" },
    });
    await registerNodes(kubeconfig, [node("acme"), node("globex")]);
    await applyAll(api, [ROLE, GRANT]);
    for (const manifest of kataGuard()) await apply(api, manifest);
    await until("the guard bites", async () => (await patch("globex-1", ready, "acme-1")).status === 403);
  });

  it("labels its own node and takes the startup taint off it", async () => {
    expect((await patch("acme-1", ready, "acme-1")).status).to.equal(200);
    const taints = [{ ...FENCE, value: "acme" }];
    expect((await patch("acme-1", { spec: { taints } }, "acme-1")).status).to.equal(200);
  });

  it("writes no other node, nor any without saying where it runs", async () => {
    for (const runsOn of ["acme-1", undefined]) {
      const answer = await patch("globex-1", ready, runsOn);
      expect(answer.status).to.equal(403);
      expect(messageOf(answer)).to.include(own);
    }
  });

  it("leaves the tenant's taints and label where they are", async () => {
    const foreign = { metadata: { labels: { "bulkhead.dev/tenant": "globex" } } };
    const anchored = { metadata: { labels: { "bulkhead.dev.node-restriction.kubernetes.io/tenant": "globex" } } };
    const fences = [{ spec: { taints: [] } }, { spec: { taints: [{ ...FENCE, value: "globex" }] } }];
    for (const body of [...fences, foreign, anchored]) {
      const answer = await patch("acme-1", body, "acme-1");
      expect(answer.status, JSON.stringify(body)).to.equal(403);
      expect(messageOf(answer)).to.include(fenced);
    }
  });

  it("reaches no other node's kubelet through the API server", async () => {
    const answer = await proxied("globex-1", "acme-1");
    expect(answer.status).to.equal(403);
    expect(messageOf(answer)).to.include(own);
    // There is no kubelet, which only somebody can find out who was let through.
    expect((await proxied("acme-1", "acme-1")).status).to.be.oneOf([500, 502, 503]);
  });

  it("would do all of it without the guard", async () => {
    const [, binding] = kataGuard();
    if (!binding) throw new Error("no binding");
    await remove(cluster().api, binding);
    await until("nothing bites", async () => (await patch("globex-1", ready, "acme-1")).status === 200);
    expect((await patch("globex-1", { spec: { taints: [] } }, "acme-1")).status).to.equal(200);
    expect((await proxied("globex-1", "acme-1")).status).to.not.equal(403);
  });
});
