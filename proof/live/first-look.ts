import type { Node, Pod } from "kubernetes-types/core/v1";
import { type Answer, type Ask, type ClusterApi, messageOf } from "../../components/cluster/api";
import type { Plan } from "../../components/plan";
import type { SpacePlan, TenantPlan } from "../../components/tenant/plan";
import { TENANT_LABEL } from "../../config/names";
import { amount, formatCount } from "../../config/quantity";
import { shares } from "../../config/shares";
import { type Identity, identityOf, impersonation } from "../identity";
import { legalPodSpec, WORKLOAD, workload } from "./workload";

/** One thing that was tried as a tenant, and what the cluster did about it. */
export interface Finding {
  readonly tenant: string;
  readonly promise: string;
  /** `unproven`: there was nobody to try it as, or the tenant's state rules it out. */
  readonly verdict: "held" | "broken" | "unproven";
  /** What the server said, or what was seen. */
  readonly reason: string;
}

/** Pods of the workload that is scheduled: two, so that a tenant with two nodes can be seen on both. */
const REPLICAS = 2;

/** Other tenants that one tenant is tried against: the full matrix, which grows with the square, is for `bulkhead prove`. */
const NEIGHBOURS = 10;

const RBAC_DENIAL = /cannot list resource "secrets"/;

/** Whether a pod that finds no place may still get one: an autoscaler makes nodes for pods that wait. */
type Nodes = "standing" | "on demand";

/** Longest wait for the scheduler, which needs well under a second a pod, or for a machine, which takes a minute or two. */
const PATIENCE_MS: Readonly<Record<Nodes, number>> = { standing: 60_000, "on demand": 180_000 };
const POLL_MS = 150;

/**
 * Tries each tenant's rights and bounds through real requests as its own people: what is legal has to work, what is
 * not has to be refused for the right reason. Leaves nothing behind.
 */
export async function firstLook(plan: Plan, api: ClusterApi, tell: (finding: Finding) => void): Promise<Finding[]> {
  const nodes = plan.estate.platform.kind === "eks" ? "on demand" : "standing";
  const looks = plan.tenants.map((tenant) => new Look(tenant, plan.tenants, nodes, api, tell).all());
  return (await Promise.all(looks)).flat();
}

class Look {
  private readonly findings: Finding[] = [];
  private readonly identity: Identity | undefined;

  constructor(
    private readonly plan: TenantPlan,
    private readonly everybody: readonly TenantPlan[],
    private readonly nodes: Nodes,
    private readonly api: ClusterApi,
    private readonly tell: (finding: Finding) => void,
  ) {
    const [subject] = [...plan.tenant.access.admins, ...plan.tenant.access.developers];
    this.identity = subject && identityOf(subject);
  }

  async all(): Promise<Finding[]> {
    const { identity } = this;
    if (!identity) {
      this.note(
        "is used by its own people",
        "unproven",
        "nobody may act for it: access.admins and access.developers are empty",
      );
      return this.findings;
    }
    await this.ownNamespaces(identity);
    await this.otherTenants(identity);
    await this.privilegedPod(identity);
    if (this.plan.tenant.state === "active") await this.atWork(identity);
    else await this.closedForWork(identity);
    return this.findings;
  }

  private async ownNamespaces(identity: Identity): Promise<void> {
    for (const { namespace } of this.plan.spaces) {
      const name = namespace.metadata.name;
      const answer = await this.as(identity, `/api/v1/namespaces/${name}/pods`);
      this.note(
        `reads its namespace ${name}`,
        answer.status === 200 ? "held" : "broken",
        answer.status === 200 ? "200" : messageOf(answer),
      );
    }
  }

  private async otherTenants(identity: Identity): Promise<void> {
    const others = this.everybody.filter(
      ({ tenant }) => tenant.id !== this.plan.tenant.id && !this.sharesPeopleWith(tenant.id),
    );
    const foreign = others
      .slice(0, NEIGHBOURS)
      .flatMap(({ spaces }) => spaces.slice(0, 1).map(({ namespace }) => namespace.metadata.name));
    const promise = "cannot read other tenants' secrets";
    if (foreign.length === 0) {
      this.note(promise, "unproven", "there is no other tenant whose people are not its own");
      return;
    }
    const denied: string[] = [];
    for (const name of foreign) {
      const answer = await this.as(identity, `/api/v1/namespaces/${name}/secrets`);
      if (!refusedBy(answer, RBAC_DENIAL)) {
        this.note(promise, "broken", answer.status < 300 ? `reads those of ${name}` : messageOf(answer));
        return;
      }
      denied.push(name);
    }
    this.note(promise, "held", `cannot list resource "secrets" in ${denied.join(", ")}`);
  }

  private async privilegedPod(identity: Identity): Promise<void> {
    const [space] = this.plan.spaces;
    if (!space) return;
    const spec = { ...legalPodSpec(this.plan), hostPID: true };
    const answer = await this.dryPod(identity, space, spec);
    const promise = "cannot run a pod in the host's process space";
    if (this.plan.mode === "warn" && answer.status === 201)
      this.note(promise, "unproven", "guardrails only warn for this tenant");
    else this.refused(promise, answer, /violates PodSecurity/);
  }

  /** A Deployment that the real controllers and the real scheduler carry out, and a pod too many beside it. */
  private async atWork(identity: Identity): Promise<void> {
    const space = this.plan.spaces.find(
      ({ namespace }) => (this.share(namespace.metadata.name)?.pods ?? 0n) >= BigInt(REPLICAS) * 1000n,
    );
    if (!space) {
      this.note("runs a legal Deployment", "unproven", `none of its namespaces has a budget of ${REPLICAS} pods`);
      return;
    }
    const place = `/apis/apps/v1/namespaces/${space.namespace.metadata.name}/deployments`;
    try {
      const created = await this.as(identity, place, { method: "POST", body: workload(this.plan, REPLICAS) });
      if (created.status !== 201 && created.status !== 409) {
        this.note("runs a legal Deployment", "broken", messageOf(created));
        return;
      }
      await this.placement(space);
      await this.podTooMany(identity, space);
    } finally {
      await this.as(identity, `${place}/${WORKLOAD}`, { method: "DELETE", body: { propagationPolicy: "Background" } });
    }
  }

  private async placement(space: SpacePlan): Promise<void> {
    const promise = "runs a legal Deployment on its nodes only";
    const pods = await this.scheduledPods(space.namespace.metadata.name);
    const unplaced = pods.filter(({ spec }) => spec?.nodeName === undefined);
    if (pods.length < REPLICAS || unplaced.length > 0) {
      this.note(promise, "broken", (await this.obstacle(space.namespace.metadata.name)) ?? conditionOf(unplaced));
      return;
    }
    const { items } = await this.api.get<{ items: Node[] }>("/api/v1/nodes");
    const owners = new Map(items.map(({ metadata }) => [metadata?.name, metadata?.labels?.[TENANT_LABEL]]));
    const rightful = this.plan.tenant.isolation.nodes === "dedicated" ? this.plan.tenant.id : undefined;
    const used = [...new Set(pods.map(({ spec }) => spec?.nodeName ?? ""))].sort();
    const foreign = used.filter((name) => owners.get(name) !== rightful);
    const sandbox =
      this.plan.tenant.isolation.runtime === "native" ? "" : ` under ${this.plan.tenant.isolation.runtime}`;
    const where = `${pods.length} pods${sandbox} on ${used.join(", ")}${items.some(isSimulated) ? " (simulated)" : ""}`;
    this.note(
      promise,
      foreign.length === 0 ? "held" : "broken",
      foreign.length === 0 ? where : `${where}: ${foreign.join(", ")} is not its own`,
    );
  }

  private async scheduledPods(namespace: string): Promise<Pod[]> {
    const selector = `labelSelector=app%3D${WORKLOAD}`;
    const end = Date.now() + PATIENCE_MS[this.nodes];
    for (;;) {
      const { items } = await this.api.get<{ items: Pod[] }>(`/api/v1/namespaces/${namespace}/pods?${selector}`);
      const alive = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      const placed = alive.filter(({ spec }) => spec?.nodeName !== undefined);
      const unschedulable = alive.some((pod) => conditionOf([pod]).startsWith("Unschedulable"));
      const stuck = unschedulable && this.nodes === "standing";
      if (placed.length >= REPLICAS || stuck || Date.now() > end || (await this.obstacle(namespace)) !== undefined)
        return alive;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Why the ReplicaSet could not make its pods; undefined while nothing stands in its way. */
  private async obstacle(namespace: string): Promise<string | undefined> {
    type Status = { status?: { conditions?: { type: string; message?: string }[] } };
    const deployment = await this.api.get<Status>(`/apis/apps/v1/namespaces/${namespace}/deployments/${WORKLOAD}`);
    return deployment.status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
  }

  /** As large as the whole share: legal alone, too much beside what runs already. */
  private async podTooMany(identity: Identity, space: SpacePlan): Promise<void> {
    const spec = legalPodSpec(this.plan);
    const [template] = spec.containers;
    const share = this.share(space.namespace.metadata.name);
    if (!template || !share) return;
    const { max } = this.plan.tenant.limits.container;
    spec.containers = portions(share.cpu, max.cpu === undefined ? share.cpu : amount(max.cpu)).map((cpu, index) => ({
      ...template,
      name: `app-${index}`,
      resources: { requests: { cpu: formatCount(cpu) }, limits: { cpu: formatCount(cpu) } },
    }));
    const answer = await this.dryPod(identity, space, spec);
    this.refused("cannot exceed its budget", answer, /exceeded quota: bulkhead-budget/);
  }

  private async closedForWork(identity: Identity): Promise<void> {
    const [space] = this.plan.spaces;
    if (!space) return;
    const path = `/apis/apps/v1/namespaces/${space.namespace.metadata.name}/deployments?dryRun=All`;
    const answer = await this.as(identity, path, { method: "POST", body: workload(this.plan, 1) });
    this.refused(`is ${this.plan.tenant.state}: cannot start anything new`, answer, /exceeded quota|state-/);
  }

  private dryPod(identity: Identity, space: SpacePlan, spec: object): Promise<Answer> {
    const body = { apiVersion: "v1", kind: "Pod", metadata: { name: WORKLOAD }, spec };
    return this.as(identity, `/api/v1/namespaces/${space.namespace.metadata.name}/pods?dryRun=All`, {
      method: "POST",
      body,
    });
  }

  private as(identity: Identity, path: string, ask: Ask = {}): Promise<Answer> {
    return this.api.ask(path, { ...ask, headers: impersonation(identity) });
  }

  private sharesPeopleWith(other: string): boolean {
    const { admins, developers } = this.plan.tenant.access;
    return [...admins, ...developers].some(({ sharedWith }) => sharedWith.includes(other));
  }

  private share(namespace: string) {
    return shares(this.plan.tenant).get(namespace);
  }

  /** Refused is not enough: a typing error is refused too. The text has to be the guard's. */
  private refused(promise: string, answer: Answer, guard: RegExp): void {
    const message = messageOf(answer);
    const held = refusedBy(answer, guard);
    const unexpected = answer.status < 300 ? "was admitted" : `refused, but not by the guard: ${message}`;
    this.note(promise, held ? "held" : "broken", held ? message : unexpected);
  }

  private note(promise: string, verdict: Finding["verdict"], reason: string): void {
    const finding: Finding = { tenant: this.plan.tenant.id, promise, verdict, reason };
    this.findings.push(finding);
    this.tell(finding);
  }
}

/** kwok only says that pods run: placement is real on such a node, and nothing else is. */
function isSimulated({ metadata }: Node): boolean {
  return metadata?.annotations?.["kwok.x-k8s.io/node"] === "fake";
}

function refusedBy(answer: Answer, guard: RegExp): boolean {
  return answer.status === 403 && guard.test(messageOf(answer));
}

/** A sum in parts of which none is larger than one container may be. */
function portions(total: bigint, most: bigint): bigint[] {
  const whole = Array.from({ length: Number(total / most) }, () => most);
  return total % most === 0n ? whole : [...whole, total % most];
}

function conditionOf(pods: readonly Pod[]): string {
  const condition = pods[0]?.status?.conditions?.find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  return condition ? `${condition.reason}: ${condition.message}` : "no pod was made in time";
}
