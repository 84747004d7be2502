import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { guardrailManifests } from "../../../components/guardrails/plan";
import type { Manifest } from "../../../components/manifest";
import { audit, CannotAudit } from "../../../proof/audit/audit";
import { auditExitCode, auditTable } from "../../../proof/audit/report";
import { registerNodes } from "../../../tools/controlplane";
import { container, SECURE } from "../../components/guardrails/workloads";
import { apply, applyAll, until } from "../../support/apply";
import { useControlPlane } from "../../support/controlplane";

type Mode = "enforce" | "warn";
const manifestsOf = (mode: Mode) =>
  guardrailManifests(
    { guardrails: { mode, platformNamespaces: ["ingress"] }, tenants: [] },
    { mutatingPolicies: "none" },
  );
const asked = (api: ClusterApi) => audit(api, { platformNamespaces: ["ingress"] });

const namespaced = (namespace: string, apiVersion: string, kind: string, name: string, fields: object) =>
  ({ apiVersion, kind, metadata: { name, namespace }, ...fields }) as Manifest;

function deployment(namespace: string, name: string, spec: object = {}) {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [bounded()], ...spec } };
  return namespaced(namespace, "apps/v1", "Deployment", name, {
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
}

function ingress(namespace: string, name: string, host: string) {
  const backend = { service: { name: "front", port: { number: 80 } } };
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  return namespaced(namespace, "networking.k8s.io/v1", "Ingress", name, {
    spec: { ingressClassName: "public", rules: [{ host, http }] },
  });
}

const LIMITS = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };
const bounded = (over: object = {}) => container({ resources: { limits: LIMITS }, securityContext: SECURE, ...over });

const RBAC = "rbac.authorization.k8s.io/v1";

/** What ran before anybody thought of guardrails. */
const THERE: readonly Manifest[] = [
  deployment("team", "quiet"),
  deployment("team", "agent", { tolerations: [{ operator: "Exists" }] }),
  deployment("team", "unbounded", { containers: [container()] }),
  namespaced("team", "v1", "Service", "quiet", { spec: { selector: { app: "quiet" }, ports: [{ port: 80 }] } }),
  namespaced("team", "v1", "Service", "open", {
    spec: { type: "NodePort", selector: { app: "quiet" }, ports: [{ port: 80 }] },
  }),
  namespaced("team", RBAC, "Role", "all", {
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  }),
  // The platform's own, which a tenant could not make: nothing that anybody would have to mend.
  namespaced("team", RBAC, "RoleBinding", "bulkhead:tenant-admin", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bulkhead:tenant-admin" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "team-admins" }],
  }),
  namespaced("team", "batch/v1", "Job", "once", {
    spec: { template: { spec: { restartPolicy: "Never", containers: [bounded()] } } },
  }),
  ingress("legacy", "front", "www.example.com"),
  ingress("legacy", "thief", "shop.team.example.com"),
  // A second scheduler is a stray's own choice; a tenant's pods would wait for it for ever.
  deployment("legacy", "batch", { schedulerName: "volcano" }),
  deployment("team", "batch", { schedulerName: "volcano" }),
  deployment("ingress", "controller", { tolerations: [{ operator: "Exists" }] }),
];

const EXPECTED = [
  ["placement-scheduler", "team", "Deployment batch"],
  ["placement-tolerations", "team", "Deployment agent"],
  ["rbac-resources", "team", "Role all"],
  ["rbac-verbs", "team", "Role all"],
  ["resources-limits", "team", "Deployment unbounded"],
  ["routes-hosts", "legacy", "Ingress thief"],
  ["services-type", "team", "Service open"],
];

type Versioned = { metadata: { name: string; uid: string; resourceVersion: string }; status?: { phase?: string } };

describe("an audit of a cluster that is in use", function () {
  this.timeout(120_000);
  const cluster = useControlPlane();
  const api = () => cluster().api;

  before("move in", async () => {
    const capacity = { cpu: "16", memory: "64Gi", pods: "200", "ephemeral-storage": "100Gi" };
    await registerNodes(cluster().kubeconfig, [{ name: "shared-0", capacity }]);
    const tenant = {
      labels: { "bulkhead.dev/tenant": "team" },
      annotations: { "bulkhead.dev/hosts": "team.example.com" },
    };
    for (const [name, metadata] of Object.entries({ team: tenant, legacy: {}, ingress: {} })) {
      await apply(api(), { apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } });
    }
    await applyAll(api(), THERE);
    await until("everything runs", async () => (await running()).length === 9);
  });

  const items = async (path: string) => (await api().get<{ items: Versioned[] }>(path)).items;

  async function running(): Promise<string[]> {
    const pods = await items("/api/v1/pods");
    return pods
      .filter(({ status }) => ["Running", "Succeeded"].includes(status?.phase ?? ""))
      .map(({ metadata }) => metadata.uid);
  }

  /** Every object of the people who work here, in the version it has. */
  async function everything(): Promise<string[]> {
    const paths = ["/api/v1/services", "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets", "/api/v1/pods"];
    const more = ["roles", "clusterrolebindings"].map((plural) => `/apis/rbac.authorization.k8s.io/v1/${plural}`);
    const all = await Promise.all([...paths, ...more].map(items));
    return all.flat().map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
  }

  async function deploy(mode: Mode): Promise<void> {
    const { policies, bindings } = manifestsOf(mode);
    await applyAll(api(), [...policies, ...bindings]);
  }

  const rows = async () =>
    (await asked(api())).findings.map(({ rule, namespace, object }) => [rule, namespace, object]);

  it("is refused where there are no guardrails", async () => {
    const failure = await asked(api()).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(CannotAudit);
    expect((failure as Error).message).to.include("deploy them with guardrails: { mode: warn } first");
  });

  it("names each rule that something there would not pass, and leaves the rest alone", async () => {
    await deploy("warn");
    await until("the guardrails warn", async () => (await rows()).length === EXPECTED.length);
    const before = await everything();
    const found = await asked(api());
    expect(found.findings.map(({ rule, namespace, object }) => [rule, namespace, object])).to.deep.equal(EXPECTED);
    expect(found.undecided).to.deep.equal([]);
    expect(auditExitCode(found)).to.equal(1);
    expect(await everything()).to.deep.equal(before);
  });

  it("says what to write instead", async () => {
    const { findings } = await asked(api());
    const agent = findings.find(({ rule }) => rule === "placement-tolerations");
    expect(agent?.message).to.include("remove it, pods here already tolerate their own pool");
    const table = auditTable(await asked(api()));
    expect(table).to.include("Deployment agent").and.to.include("6 would be refused");
  });

  it("finds the same once they refuse, and what ran goes on", async () => {
    const before = await running();
    await deploy("enforce");
    await until("the guardrails refuse", async () => {
      const refused = deployment("team", "another", { tolerations: [{ operator: "Exists" }] });
      const answer = await api().ask("/apis/apps/v1/namespaces/team/deployments?dryRun=All", {
        method: "POST",
        body: refused,
      });
      return answer.status === 403;
    });
    expect(await rows()).to.deep.include.members(EXPECTED.filter(([rule]) => rule !== "rbac-resources"));
    expect(await running()).to.have.members(before);
    const scale = {
      method: "PATCH",
      body: { spec: { replicas: 1 } },
      contentType: "application/merge-patch+json",
    } as const;
    const answer = await api().ask("/apis/apps/v1/namespaces/team/deployments/agent/scale", scale);
    expect(answer.status).to.equal(200);
  });
});
