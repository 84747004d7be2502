import { expect } from "chai";
import type { ClusterApi } from "../../../components/cluster/api";
import { applyAll, until } from "../../support/apply";
import { FILLED_LABEL } from "./benign/suite";
import { create, type Request, send, verdict } from "./request";
import { namespaceOf, spaceManifests } from "./spaces";
import type { Space } from "./trial";
import { container, daemonSet, deployment, pod, service, sharedPodSpec } from "./workloads";

type Spec = Readonly<Record<string, unknown>>;
type Stored = { spec: Spec };

/** As a chart has it: no class, no pull policy, no toleration. */
const plain = (over: object = {}) =>
  sharedPodSpec({ containers: [container({ imagePullPolicy: undefined })], ...over });
const own = (effect: string) => ({ key: "bulkhead.dev/tenant", operator: "Equal", value: "acme", effect });

const SPACES: readonly Space[] = ["dedicated", "shared", "confined"];

/** As the dedicated one, in a roll-out that only warns. */
const WARNED = "acme-filled-warned";

export async function furnishFilled(api: ClusterApi): Promise<void> {
  // Two spaces of one tenant would share a name.
  for (const space of SPACES) await furnish(api, space, nameOf(space), {});
  await furnish(api, "dedicated", WARNED, { "bulkhead.dev/guardrails": "warn" });
}

async function furnish(api: ClusterApi, space: Space, name: string, more: Record<string, string>): Promise<void> {
  const [namespace, ...rest] = spaceManifests(space, "filled", "all");
  if (namespace) {
    const labels = { ...namespace.metadata.labels, [FILLED_LABEL]: "yes", ...more };
    await applyAll(api, [{ ...namespace, metadata: { ...namespace.metadata, name, labels } }]);
    await applyAll(
      api,
      rest.map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, namespace: name } })),
    );
    await until(`${name} has an account for pods`, async () => {
      const { status } = await api.ask(`/api/v1/namespaces/${name}/serviceaccounts/default`);
      return status === 200;
    });
  }
}

function nameOf(space: Space): string {
  return `${namespaceOf(space, "filled", "all")}-${space}`;
}

export function describeFilling(api: () => ClusterApi): void {
  describe("what mutating policies fill in", () => {
    async function stored(request: Request, space: Space): Promise<Stored> {
      const answer = await send(api(), request, nameOf(space));
      expect(verdict(answer)).to.equal("accepted");
      return answer.body as Stored;
    }

    async function templateOf(request: Request, space: Space): Promise<Spec> {
      const { spec } = await stored(request, space);
      return (spec.template as Stored).spec;
    }

    it("a pod's class, and by it the placement, with its priority as it was", async () => {
      const { spec } = await stored(create("pods", pod(plain())), "dedicated");
      expect(spec).to.deep.include({
        runtimeClassName: "bulkhead-acme",
        nodeSelector: { "bulkhead.dev/tenant": "acme" },
        priority: 0,
        preemptionPolicy: "PreemptLowerPriority",
      });
      expect(spec.tolerations).to.deep.include.members([own("NoSchedule"), own("NoExecute")]);
    });

    it("a pull policy on shared nodes, in all containers and volumes", async () => {
      const images = plain({
        initContainers: [container({ name: "init", imagePullPolicy: undefined })],
        volumes: [{ name: "v", image: { reference: "registry.example.com/x:1" } }],
      });
      const { spec } = await stored(create("pods", pod(images)), "shared");
      const policies = [spec.containers, spec.initContainers].flat().map((c) => (c as Spec).imagePullPolicy);
      expect(policies).to.deep.equal(["Always", "Always"]);
      const volumes = spec.volumes as { name: string; image?: Spec }[];
      expect(volumes.find(({ name }) => name === "v")?.image?.pullPolicy).to.equal("Always");
    });

    it("nothing that somebody wrote: a pull policy of Never is refused, not replaced", async () => {
      const never = sharedPodSpec({ containers: [container({ imagePullPolicy: "Never" })] });
      expect(verdict(await send(api(), create("pods", pod(never)), nameOf("shared")))).to.equal(
        "refused by images-pull-policy",
      );
    });

    it("another tenant's class is refused, not replaced", async () => {
      const foreign = plain({ runtimeClassName: "bulkhead-globex" });
      expect(verdict(await send(api(), create("deployments", deployment(foreign)), nameOf("dedicated")))).to.equal(
        "refused by runtime-class",
      );
    });

    it("a user namespace where the tenant has to have one", async () => {
      const { spec } = await stored(create("pods", pod(plain())), "confined");
      expect(spec.hostUsers).to.equal(false);
    });

    it("a DaemonSet's selector and tolerations, beside its own", async () => {
      const gpu = { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" };
      const agent = daemonSet(plain({ nodeSelector: { "kubernetes.io/os": "linux" }, tolerations: [gpu] }));
      const spec = await templateOf(create("daemonsets", agent), "dedicated");
      expect(spec.nodeSelector).to.deep.equal({ "kubernetes.io/os": "linux", "bulkhead.dev/tenant": "acme" });
      expect(spec.tolerations).to.deep.equal([gpu, own("NoSchedule"), own("NoExecute")]);
    });

    it("nothing again into what is filled in already", async () => {
      const request = create("daemonsets", daemonSet(plain()));
      const once = await templateOf(request, "dedicated");
      const twice = await templateOf(create("daemonsets", daemonSet(once)), "dedicated");
      expect(twice).to.deep.equal(once);
    });

    it("an address of the server's choice, whatever address a Service asks for", async () => {
      const asked = service({ clusterIP: "10.96.250.250" });
      const { spec } = await stored(create("services", asked), "dedicated");
      expect(spec.clusterIP).to.match(/^10\.96\./);
      expect(spec.clusterIP).not.to.equal("10.96.250.250");
      const headless = await stored(create("services", service({ clusterIP: "None" })), "dedicated");
      expect(headless.spec.clusterIP).to.equal("None");
    });

    describe("of a tenant that is only warned", () => {
      const AUDITOR = { user: "bulkhead:audit:1", groups: ["system:masters"] };
      const asked: readonly [string, Request][] = [
        ["a pod", create("pods", pod(plain()))],
        ["a Deployment", create("deployments", deployment(plain()))],
        ["a DaemonSet", create("daemonsets", daemonSet(plain()))],
      ];

      for (const [what, request] of asked) {
        it(`nothing into ${what}, which would move`, async () => {
          const answer = await send(api(), request, WARNED);
          expect(verdict(answer)).to.equal("accepted");
          const text = JSON.stringify(answer.body);
          expect(text).to.not.include("runtimeClassName").and.not.include("nodeSelector");
          expect(answer.warnings.join()).to.match(/\[(runtime-class|placement-daemonset)\] /);
        });

        it(`into ${what} of an audit, which asks what would be refused`, async () => {
          const answer = await send(api(), { ...request, as: AUDITOR }, WARNED);
          expect(verdict(answer)).to.equal("accepted");
          expect(JSON.stringify(answer.body)).to.include("bulkhead-acme");
          expect(answer.warnings.join()).to.not.match(/AdmissionPolicy/);
        });
      }

      it("an address that a Service asked for", async () => {
        const answer = await send(api(), create("services", service({ clusterIP: "10.96.250.251" })), WARNED);
        expect((answer.body as Stored).spec.clusterIP).to.equal("10.96.250.251");
      });
    });

    it("not into a ReplicaSet of a Deployment, which would no longer know it", async () => {
      const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "app", uid: "1", controller: true };
      const replicaSet = {
        ...deployment(plain()),
        kind: "ReplicaSet",
        metadata: { name: "app-1", ownerReferences: [owner] },
      };
      const answer = await send(api(), create("replicasets", replicaSet), nameOf("dedicated"));
      expect(verdict(answer)).to.equal("refused by runtime-class");
    });
  });
}
