import { readFileSync } from "node:fs";
import { expect } from "chai";
import { messageOf } from "../../components/cluster/api";
import { entranceTo, inspectCluster } from "../../components/cluster/inspect";
import type { Manifest } from "../../components/manifest";
import { type Plan, planEstate } from "../../components/plan";
import { existing } from "../../config/schema";
import { applyAll, applyPlan, pathOf, until } from "../support/apply";
import { useControlPlane } from "../support/controlplane";
import { estateOf, estateWith, type StackValues, stackValues } from "../support/estate";
import { RICH } from "../support/rich";

const SECOND_LOOK_MS = 1000;

describe("on a real API server", function () {
  this.timeout(60_000);
  const cluster = useControlPlane();

  /** What the server says to a manifest beyond yes: a refusal, an unknown field, a deprecation. */
  async function objections(manifest: Manifest): Promise<string[]> {
    const answer = await cluster().api.ask(
      `${pathOf(manifest)}?dryRun=All&fieldValidation=Strict&fieldManager=test&force=true`,
      { method: "PATCH", contentType: "application/apply-patch+yaml", body: manifest },
    );
    const refusal = answer.status < 300 ? [] : [messageOf(answer)];
    return [...refusal, ...answer.warnings].map((text) => `${manifest.kind} ${manifest.metadata.name}: ${text}`);
  }

  function inNamespaces({ tenants }: Plan): Manifest[] {
    const spaces = tenants.flatMap((tenant) => tenant.spaces);
    return spaces.flatMap(({ guards, defaultAccount, grants }) => [...guards, defaultAccount, ...grants]);
  }

  function ofCluster({ roles, tenants }: Plan): Manifest[] {
    const namespaces = tenants.flatMap(({ spaces }) => spaces.map(({ namespace }) => namespace));
    return [...roles, ...tenants.flatMap(({ runtimeClasses }) => runtimeClasses), ...namespaces];
  }

  const estates: Readonly<Record<string, StackValues>> = {
    "Pulumi.dev.yaml": stackValues("dev"),
    "a rich estate": RICH,
  };
  for (const [name, values] of Object.entries(estates)) {
    it(`every object planned for ${name} is accepted, with strict fields and without a warning`, async () => {
      const plan = planEstate(estateOf(values), { minor: "1.36" });
      expect((await Promise.all(ofCluster(plan).map(objections))).flat()).to.deep.equal([]);
      await applyAll(cluster().api, ofCluster(plan));
      expect((await Promise.all(inNamespaces(plan).map(objections))).flat()).to.deep.equal([]);
    });
  }

  it("a cluster is known by the UID of kube-system, its minor, its nodes and tenants, what it serves and as whom it sees us", async () => {
    const platform = existing.parse({ kind: "existing", kubeconfig: cluster().kubeconfig });
    const { residents, runtimes, ...facts } = await inspectCluster(entranceTo(platform, "/nowhere"));
    type Named = { metadata: { uid: string } };
    const system = await cluster().api.get<Named>("/api/v1/namespaces/kube-system");
    expect(facts).to.deep.equal({
      kubeconfig: readFileSync(cluster().kubeconfig, "utf8"),
      context: "bulkhead-embedded",
      uid: system.metadata.uid,
      minor: "1.36",
      nodes: [],
      mutatingPolicies: "v1",
      deployer: { username: "bulkhead-admin", groups: ["system:masters", "system:authenticated"] },
      owner: undefined,
    });
    expect(runtimes.reporting).to.deep.equal(new Map());
    expect(runtimes.classes.get("bulkhead-globex")).to.equal("runc");
    expect(runtimes.classes.get("bulkhead-initech")).to.equal("runsc");
    const acme = { id: "acme", namespaces: ["acme"], state: "staying" };
    expect(residents.filter(({ id }) => id === "acme")).to.deep.equal([acme]);
  });

  describe("a tenant with all its guards", () => {
    before(async () => {
      const estate = estateWith({ acme: {}, idle: { budget: { memory: "0" } }, outgoing: { state: "leaving" } });
      await applyPlan(cluster().api, planEstate(estate, { minor: "1.36" }));
    });

    const secure = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    };

    function pod(container: object = {}, spec: object = {}) {
      const containers = [{ name: "app", image: "registry.example.com/app", securityContext: secure, ...container }];
      return { apiVersion: "v1", kind: "Pod", metadata: { name: "app" }, spec: { containers, ...spec } };
    }

    async function created(body: object, namespace = "acme", resource = "pods"): Promise<string> {
      const path = `/api/v1/namespaces/${namespace}/${resource}?dryRun=All`;
      const answer = await cluster().api.ask(path, { method: "POST", body });
      return answer.status === 201 ? "created" : messageOf(answer);
    }

    it("may have a pod that says nothing about resources", async () => {
      expect(await created(pod())).to.equal("created");
    });

    it("may not have a container whose limit is 0, which would be no limit", async () => {
      const none = { cpu: "0", memory: "0", "ephemeral-storage": "0" };
      expect(await created(pod({ resources: { limits: none, requests: none } })))
        .to.include("minimum memory usage per Container is 1Mi, but request is 0")
        .and.include("minimum cpu usage per Container is 1m, but request is 0")
        .and.include("minimum ephemeral-storage usage per Container is 1Mi, but request is 0");
    });

    it("may not hide a container without a limit behind resources of the whole pod", async () => {
      const limits = { cpu: "1", memory: "1Gi" };
      const unlimited = { limits: { cpu: "0", memory: "0" }, requests: { cpu: "0", memory: "0" } };
      expect(await created(pod({ resources: unlimited }, { resources: { limits } }))).to.include(
        "minimum memory usage per Container is 1Mi",
      );
    });

    it("may not have a pod that is larger than its budget", async () => {
      expect(await created(pod({ resources: { limits: { memory: "9Gi" } } }))).to.include(
        "maximum memory usage per Container is 8Gi, but limit is 9Gi",
      );
    });

    it("may not have a pod where it has no memory", async () => {
      expect(await created(pod(), "idle"))
        .to.include("exceeded quota: bulkhead-budget")
        .and.include("pods=1");
    });

    it("may not have a pod when it is leaving", async () => {
      expect(await created(pod(), "outgoing"))
        .to.include("exceeded quota: bulkhead-budget")
        .and.include("pods=1");
    });

    it("may not outrank the platform's pods", async () => {
      expect(await created(pod({}, { priorityClassName: "system-cluster-critical" }))).to.include(
        "exceeded quota: bulkhead-priority",
      );
    });

    it("may not keep other namespaces' pods away with its affinity", async () => {
      const affinity = (reach: object) => ({
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: "kubernetes.io/hostname", labelSelector: {}, ...reach },
          ],
        },
      });
      expect(await created(pod({}, { affinity: affinity({}) }))).to.equal("created");
      expect(await created(pod({}, { affinity: affinity({ namespaces: ["idle"] }) }))).to.include(
        "exceeded quota: bulkhead-affinity",
      );
      expect(await created(pod({}, { affinity: affinity({ namespaceSelector: {} }) }))).to.include(
        "exceeded quota: bulkhead-affinity",
      );
    });

    it("may not open a port on every node", async () => {
      const service = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "app" },
        spec: { type: "NodePort", ports: [{ port: 80 }] },
      };
      expect(await created(service, "acme", "services")).to.include("requested: services.nodeports=1");
    });

    it("keeps its guards until its last pod has ended when its namespace goes", async () => {
      const { api } = cluster();
      const held = { ...pod(), metadata: { name: "held", finalizers: ["example.com/held"] } };
      await api.ask("/api/v1/namespaces/acme/pods", { method: "POST", body: held });
      await api.ask("/api/v1/namespaces/acme", { method: "DELETE" });
      await until("the pod is told to end", async () => {
        const { metadata } = await api.get<{ metadata: object }>("/api/v1/namespaces/acme/pods/held");
        return "deletionTimestamp" in metadata;
      });
      const guards = [
        "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/bulkhead-baseline",
        "/api/v1/namespaces/acme/resourcequotas/bulkhead-budget",
        "/api/v1/namespaces/acme/limitranges/bulkhead-limits",
      ];
      const there = async () => (await Promise.all(guards.map((guard) => api.ask(guard)))).map(({ status }) => status);
      // Whatever else is told to end in the same pass has been told so by then.
      for (const end = Date.now() + SECOND_LOOK_MS; Date.now() < end; ) {
        expect(await there()).to.deep.equal([200, 200, 200]);
      }
      await api.ask("/api/v1/namespaces/acme/pods/held", {
        method: "PATCH",
        contentType: "application/merge-patch+json",
        body: { metadata: { finalizers: null } },
      });
      await until("the guards go with the namespace", async () => (await there()).every((status) => status === 404));
    });
  });
});
