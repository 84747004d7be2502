import { expect } from "chai";
import type { ClusterApi } from "../../../../components/cluster/api";
import type { Manifest } from "../../../../components/manifest";
import { planEstate } from "../../../../components/plan";
import { applyAll, applyPlan } from "../../../support/apply";
import { estateWith } from "../../../support/estate";
import { showNumber } from "../../../support/numbers";
import { auditedIn } from "../audit-log";
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
  {
    tenant: "umbrella",
    title: "in a sandbox, charts as they come",
    filled: "yes",
    values: { ...HELM, registry: "registry.example.com/", host: undefined, nodes: ["shared-0"] },
  },
  {
    tenant: "contoso",
    title: "in user namespaces, everything spelt out",
    filled: "no",
    values: {
      ...SPELT,
      registry: "registry.example.com/",
      host: undefined,
      nodes: ["shared-0"],
      podFields: ["hostUsers: false"],
    },
  },
];

/** Charts know nothing of sandboxes; of a user namespace each pod has to say that it wants one. */
const SANDBOXED = "umbrella";
const CONFINED = "contoso";

const PLATFORM = { kind: "existing", capabilities: { runtimes: { native: "runc", gvisor: "runsc" } } };

const namespaceOf = ({ tenant }: Installation) => `${tenant}-apps`;

/** Tenants as the product plans them, with quotas, limits, roles and Pod Security. */
export async function moveIn({ api }: LiveCluster): Promise<void> {
  const dedicated = INSTALLATIONS.filter(({ values }) => values.host !== undefined).map(({ tenant }) => tenant);
  const tenants = INSTALLATIONS.map(({ tenant, values }) => [
    tenant,
    {
      namespaces: ["apps"],
      isolation: {
        nodes: dedicated.includes(tenant) ? "dedicated" : "shared",
        runtime: tenant === SANDBOXED ? "gvisor" : "native",
      },
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
  await applyPlan(api, planEstate(estateWith(Object.fromEntries(tenants), { platform: PLATFORM }), { minor: "1.36" }));
  for (const installation of INSTALLATIONS) await furnish(api, installation, dedicated);
}

async function furnish(api: ClusterApi, installation: Installation, dedicated: readonly string[]): Promise<void> {
  const { tenant, filled } = installation;
  const namespace = namespaceOf(installation);
  const annotations = {
    ...(dedicated.includes(tenant) ? { "bulkhead.dev/node-selector": `bulkhead.dev/tenant=${tenant}` } : {}),
    ...(tenant === SANDBOXED ? { "bulkhead.dev/node-selector": "bulkhead.dev/runtime-gvisor=true" } : {}),
    ...(tenant === CONFINED ? { "bulkhead.dev/user-namespaces": "required" } : {}),
  };
  const body = { metadata: { labels: { [FILLED_LABEL]: filled }, annotations } };
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

/** What one deed leads to, the next builds on: after so many failures the rest of the day would tell nothing. */
const MOST_FAILURES = 3;

/** All tenants work at the same time, as they would: most of it is waiting. */
export function describeBenign(cluster: () => LiveCluster): void {
  describe("legal traffic", () => {
    const outcomes = new Map<Installation, Outcome>();

    before("a working day of every tenant", async function () {
      this.timeout(DAY_MS);
      await Promise.all(
        INSTALLATIONS.map(async (installation) => outcomes.set(installation, await dayOf(installation, cluster()))),
      );
      const tried = [...outcomes.values()].flatMap((outcome) => [...outcome.values()]);
      const total = INSTALLATIONS.reduce((sum, installation) => sum + titlesOf(installation).length, 0);
      showNumber(`benign: ${tried.filter((failure) => !failure).length} of ${total} legal deeds accepted`);
    });

    for (const installation of INSTALLATIONS) {
      describe(`a tenant ${installation.title}`, () => {
        for (const title of titlesOf(installation)) {
          it(title, () => {
            const outcome = outcomes.get(installation);
            if (!outcome?.has(title)) throw new Error("not tried, since too much before it failed");
            const failure = outcome.get(title);
            if (failure) throw failure;
          });
        }
      });
    }
  });
}

function titlesOf(installation: Installation): string[] {
  const deeds = corpus(installation.values, namespaceOf(installation)).map(({ title }) => title);
  return [...deeds, UNTOLD, UNREFUSED, GONE];
}

const UNREFUSED = "has nobody refused anything on its behalf, whoever asked";
const UNTOLD = "has no controller told by a guard what it may not do";
const GONE = "goes with everything that still runs";

async function dayOf(installation: Installation, cluster: LiveCluster): Promise<Outcome> {
  const { api, toolchain, kubeconfig } = cluster;
  const namespace = namespaceOf(installation);
  const as = (user: string) => kubectlAs(toolchain, kubeconfig, user, namespace);
  const day: [string, () => Promise<void>][] = [
    ...corpus(installation.values, namespaceOf(installation)).map((deed): [string, () => Promise<void>] => [
      deed.title,
      () => perform(as(ADMIN), deed),
    ]),
    [UNTOLD, () => untold(as(WILDCARD_USER))],
    [UNREFUSED, async () => unrefused(cluster, namespace)],
    [GONE, () => gone(api, namespace)],
  ];
  const outcome = new Map<string, Error | undefined>();
  let failures = 0;
  for (const [title, work] of day) {
    const failure = await work().then(
      () => undefined,
      (error: Error) => error,
    );
    outcome.set(title, failure);
    if (failure && ++failures === MOST_FAILURES) break;
  }
  return outcome;
}

/** What a controller is refused, it reports as an event of what it was working on. */
async function untold(kubectl: Kubectl): Promise<void> {
  const { text } = await kubectl(["get", "events", "-o", `jsonpath={range .items[*]}{.message}{"\\n"}{end}`]);
  expect(text.split("\n").filter((line) => /AdmissionPolicy/.test(line))).to.deep.equal([]);
}

/** Controllers, scheduler and nodes as much as people: what was refused to any of them stands in the server's own log. */
function unrefused({ folder }: LiveCluster, namespace: string): void {
  const { refused, requests } = auditedIn(folder, namespace);
  expect(refused).to.deep.equal([]);
  // The log is there, and knows who acts in the namespace.
  expect(requests.map(({ user }) => user)).to.include.members([
    ADMIN,
    "system:serviceaccount:kube-system:replicaset-controller",
    "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
    "system:kube-scheduler",
  ]);
}

async function gone(api: ClusterApi, namespace: string): Promise<void> {
  await api.ask(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
  await poll(`namespace ${namespace} is gone`, async () => {
    const { status, body } = await api.ask(`/api/v1/namespaces/${namespace}`);
    return status === 404 ? true : JSON.stringify((body as { status: unknown }).status);
  });
}

async function perform(kubectl: Kubectl, { kubectl: args, input, until, endsWith }: Deed): Promise<void> {
  const { status, text } = await kubectl(args, input);
  if (endsWith === undefined) expect(status, text).to.equal(0);
  else expect(text).to.match(endsWith);
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
