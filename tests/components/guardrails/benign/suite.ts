import { expect } from "chai";
import type { ClusterApi } from "../../../../components/cluster/api";
import type { Manifest } from "../../../../components/manifest";
import { planEstate } from "../../../../components/plan";
import { applyAll, applyPlan } from "../../../support/apply";
import { estateWith } from "../../../support/estate";
import type { LiveCluster } from "../control-plane";
import { type Kubectl, kubectlAs } from "../kubectl";
import { WILDCARD_USER, wildcardBinding } from "../spaces";
import type { Values } from "./charts";
import { corpus, type Deed } from "./corpus";

/** Label of namespaces in which mutating policies act. */
export const FILLED_LABEL = "trials.example.com/filled";

const ADMIN = "ada@example.com";
const PATIENCE_MS = 100_000;
const POLL_MS = 500;
const DAY_MS = 600_000;

interface Installation {
  readonly tenant: string;
  readonly title: string;
  readonly filled: "yes" | "no";
  readonly values: Values;
}

const HELM: Pick<Values, "podFields" | "daemonFields" | "budgetFields" | "pullPolicy"> = {
  podFields: [],
  daemonFields: [],
  budgetFields: [],
  pullPolicy: "IfNotPresent",
};
const SPELT = { ...HELM, budgetFields: ["unhealthyPodEvictionPolicy: AlwaysAllow"], pullPolicy: "Always" } as const;

const INSTALLATIONS: readonly Installation[] = [
  {
    tenant: "acme",
    title: "with nodes of its own, charts as they come",
    filled: "yes",
    values: {
      ...HELM,
      registry: "registry.example.com/acme/",
      host: "www.acme.example.com",
      nodes: ["acme-0", "acme-1"],
    },
  },
  {
    tenant: "globex",
    title: "on shared nodes, charts as they come",
    filled: "yes",
    values: { ...HELM, registry: "registry.example.com/", host: undefined, nodes: ["shared-0"] },
  },
  {
    tenant: "hooli",
    title: "with nodes of its own, everything spelt out",
    filled: "no",
    values: {
      ...SPELT,
      registry: "registry.example.com/hooli/",
      host: "www.hooli.example.com",
      nodes: ["hooli-0"],
      pullPolicy: "IfNotPresent",
      podFields: ["runtimeClassName: bulkhead-hooli"],
      daemonFields: [
        "nodeSelector: { bulkhead.dev/tenant: hooli }",
        "tolerations:",
        "  - { key: bulkhead.dev/tenant, operator: Equal, value: hooli, effect: NoSchedule }",
        "  - { key: bulkhead.dev/tenant, operator: Equal, value: hooli, effect: NoExecute }",
      ],
    },
  },
  {
    tenant: "initech",
    title: "on shared nodes, everything spelt out",
    filled: "no",
    values: { ...SPELT, registry: "registry.example.com/", host: undefined, nodes: ["shared-0"] },
  },
];

const namespaceOf = ({ tenant }: Installation) => `${tenant}-apps`;

/** Tenants as the product plans them, with quotas, limits, roles and Pod Security. */
export async function moveIn({ api }: LiveCluster): Promise<void> {
  const dedicated = INSTALLATIONS.filter(({ values }) => values.host !== undefined).map(({ tenant }) => tenant);
  const tenants = INSTALLATIONS.map(({ tenant, values }) => [
    tenant,
    {
      namespaces: ["apps"],
      isolation: { nodes: dedicated.includes(tenant) ? "dedicated" : "shared" },
      access: {
        admins: [{ user: ADMIN, sharedWith: INSTALLATIONS.map((other) => other.tenant).filter((id) => id !== tenant) }],
      },
      budget: {
        cpu: "16",
        memory: "16Gi",
        ephemeralStorage: "100Gi",
        storage: "10Gi",
        devices: { "nvidia.com/gpu": 1 },
      },
      images: [values.registry],
      network: { hosts: values.host === undefined ? [] : [`${tenant}.example.com`] },
    },
  ]);
  await applyPlan(api, planEstate(estateWith(Object.fromEntries(tenants)), { minor: "1.36" }));
  for (const installation of INSTALLATIONS) await furnish(api, installation, dedicated);
}

async function furnish(api: ClusterApi, installation: Installation, dedicated: readonly string[]): Promise<void> {
  const { tenant, filled } = installation;
  const namespace = namespaceOf(installation);
  const selector = { "bulkhead.dev/node-selector": `bulkhead.dev/tenant=${tenant}` };
  const body = {
    metadata: { labels: { [FILLED_LABEL]: filled }, annotations: dedicated.includes(tenant) ? selector : {} },
  };
  const contentType = "application/merge-patch+json";
  await api.ask(`/api/v1/namespaces/${namespace}`, { method: "PATCH", contentType, body });
  await applyAll(api, [
    wildcardBinding(namespace),
    ...["database-0", "database-1"].map((pod) => volume(namespace, pod)),
  ]);
}

/** A volume that is kept for one claim, as a provisioner would make it. */
function volume(namespace: string, pod: string): Manifest {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `${namespace}-${pod}` },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "standard",
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace, name: `data-${pod}` },
      csi: { driver: "disk.example.com", volumeHandle: `${namespace}-${pod}` },
    },
  } as Manifest;
}

/** What became of everything that was tried, by title; undefined where it went as it should. */
type Outcome = ReadonlyMap<string, Error | undefined>;

/**
 * All tenants work at the same time, as they would: most of it is waiting. What one deed leads to, the next builds on,
 * so after a failure the rest of that tenant's day is not tried.
 */
export function describeBenign(cluster: () => LiveCluster): void {
  describe("legal traffic", () => {
    const outcomes = new Map<Installation, Outcome>();

    before("a working day of every tenant", async function () {
      this.timeout(DAY_MS);
      await Promise.all(
        INSTALLATIONS.map(async (installation) => outcomes.set(installation, await dayOf(installation, cluster()))),
      );
    });

    for (const installation of INSTALLATIONS) {
      describe(`a tenant ${installation.title}`, () => {
        const titles = [
          ...corpus(installation.values, namespaceOf(installation)).map(({ title }) => title),
          UNTOLD,
          GONE,
        ];
        for (const title of titles) {
          it(title, () => {
            const outcome = outcomes.get(installation);
            if (!outcome?.has(title)) throw new Error("not tried, since something before it failed");
            const failure = outcome.get(title);
            if (failure) throw failure;
          });
        }
      });
    }
  });
}

const UNTOLD = "has no controller told by a guard what it may not do";
const GONE = "goes with everything that still runs";

async function dayOf(installation: Installation, { api, toolchain, kubeconfig }: LiveCluster): Promise<Outcome> {
  const namespace = namespaceOf(installation);
  const as = (user: string) => kubectlAs(toolchain, kubeconfig, user, namespace);
  const day: [string, () => Promise<void>][] = [
    ...corpus(installation.values, namespaceOf(installation)).map((deed): [string, () => Promise<void>] => [
      deed.title,
      () => perform(as(ADMIN), deed),
    ]),
    [UNTOLD, () => untold(as(WILDCARD_USER))],
    [GONE, () => gone(api, namespace)],
  ];
  const outcome = new Map<string, Error | undefined>();
  for (const [title, work] of day) {
    const failure = await work().then(
      () => undefined,
      (error: Error) => error,
    );
    outcome.set(title, failure);
    if (failure) break;
  }
  return outcome;
}

/** What a controller is refused, it reports as an event of what it was working on. */
async function untold(kubectl: Kubectl): Promise<void> {
  const { text } = await kubectl(["get", "events", "-o", `jsonpath={range .items[*]}{.message}{"\\n"}{end}`]);
  expect(text.split("\n").filter((line) => /AdmissionPolicy/.test(line))).to.deep.equal([]);
}

async function gone(api: ClusterApi, namespace: string): Promise<void> {
  await api.ask(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
  await poll(`namespace ${namespace} is gone`, async () => {
    const { status, body } = await api.ask(`/api/v1/namespaces/${namespace}`);
    return status === 404 ? true : JSON.stringify((body as { status: unknown }).status);
  });
}

async function perform(kubectl: Kubectl, { kubectl: args, input, until, reaches }: Deed): Promise<void> {
  const { status, text } = await kubectl(args, input);
  if (reaches === undefined) expect(status, text).to.equal(0);
  else expect(text).not.to.match(/AdmissionPolicy|cannot/);
  if (!until) return;
  await poll(`kubectl ${until.kubectl.join(" ")} prints ${until.wanted}`, async () => {
    const now = await kubectl(until.kubectl);
    const came = typeof until.wanted === "string" ? now.text === until.wanted : until.wanted.test(now.text);
    return came || now.text;
  });
}

/** Asks again until the answer is true; any other answer is what is said when patience is over. */
async function poll(condition: string, ask: () => Promise<true | string | undefined>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (let answer = await ask(); answer !== true; answer = await ask()) {
    if (Date.now() > end) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${condition}; it is ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
