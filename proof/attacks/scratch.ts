import { type Answer, type ClusterApi, messageOf, Unreachable } from "../../components/cluster/api";
import { collection } from "../../components/cluster/collection";
import { impersonation } from "../identity";
import { podSpec, service } from "./legal";
import { type Body, type Prop, scratchName } from "./request";
import type { Scene } from "./scene";
import { idle, TEMPLATES } from "./templates";

/** Everything that a run makes carries it; whatever is found with it and is not of this run was left by a killed one. */
const LABEL = "app.kubernetes.io/part-of";
const VALUE = "isolation-proof";

/** Fewer requested than allowed: a pod whose limits are its requests could not be resized by its limits alone. */
const REQUESTS = { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" };
const LIMITS = { ...REQUESTS, cpu: "100m" };
/** A pod that no scheduler ever looks at: it exists, so that it can be changed, and runs nowhere. */
const GATED = {
  schedulingGates: [{ name: "bulkhead.dev/proof" }],
  container: { resources: { requests: REQUESTS, limits: LIMITS } },
};

/** Where an object of each kind is, and what it is like. */
interface Kind {
  readonly apiVersion: string;
  readonly resource: string;
  readonly body: (scene: Scene) => Body;
}

const KINDS: Readonly<Record<string, Kind>> = {
  pod: {
    apiVersion: "v1",
    resource: "pods",
    body: (scene) => ({ apiVersion: "v1", kind: "Pod", spec: podSpec(scene, GATED) }),
  },
  service: { apiVersion: "v1", resource: "services", body: () => service() },
  ...Object.fromEntries(
    TEMPLATES.map((template) => [template.resource, { ...template, body: (scene: Scene) => idle(template, scene) }]),
  ),
};

function placeOf(prop: Prop, { namespace }: Scene): string {
  const { apiVersion, resource } = kindOf(prop);
  return collection(apiVersion, resource, { namespace });
}

function kindOf(prop: Prop): Kind {
  const kind = KINDS[prop];
  if (!kind) throw new TypeError(`nobody knows how to make ${prop}`);
  return kind;
}

/** A proof of hundreds of tenants takes minutes; what is older than this, a killed one has left. */
const FORGOTTEN_MS = 30 * 60_000;

/**
 * The few objects that requests for a change need. Made by the tenant itself, once in each namespace and only when
 * somebody asks for them; `clear` removes them, whatever happened in between.
 */
export class Scratch {
  private readonly made = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly api: ClusterApi,
    private readonly now: () => number = Date.now,
  ) {}

  /** Why the object could not be made; undefined when it is there. */
  provide(prop: Prop, scene: Scene): Promise<string | undefined> {
    const key = `${scene.namespace}/${prop}`;
    const known = this.made.get(key);
    if (known) return known;
    const making = this.make(prop, scene);
    this.made.set(key, making);
    return making;
  }

  /**
   * Removes what this run made, and what an earlier one could not because it was killed. What is young and not of this
   * run may well be needed by another that is under way.
   * @returns what is still there, with the reason; empty when nothing is.
   */
  async clear(scenes: readonly Scene[]): Promise<string[]> {
    await Promise.allSettled(this.made.values());
    return (await Promise.all(scenes.map((scene) => this.clearNamespace(scene)))).flat();
  }

  private async make(prop: Prop, scene: Scene): Promise<string | undefined> {
    const { who, namespace } = scene;
    if (!who) return "nobody may act for the tenant";
    const body = kindOf(prop).body(scene);
    const metadata = { ...body.metadata, name: scratchName(scene), namespace, labels: { [LABEL]: VALUE } };
    const answer = await this.api.ask(placeOf(prop, scene), {
      method: "POST",
      body: { ...body, metadata },
      headers: impersonation(who),
    });
    return answer.status === 201 || answer.status === 409 ? undefined : messageOf(answer);
  }

  private async clearNamespace(scene: Scene): Promise<string[]> {
    const all = this.known().map(async (prop) => {
      const own = this.made.has(`${scene.namespace}/${prop}`) ? [scratchName(scene)] : [];
      const names = new Set([...own, ...(await this.forgotten(prop, scene))]);
      return Promise.all([...names].map((name) => this.remove(prop, name, scene)));
    });
    return (await Promise.all(all)).flat(2);
  }

  /** Kinds to look for: what this run makes of, earlier ones have made of. */
  private known(): Prop[] {
    const made = [...this.made.keys()].map((key) => key.split("/")[1] as Prop);
    return [...new Set<Prop>(["pod", "service", ...made])];
  }

  /** Names of what nobody comes back for. Whoever cannot look has none: what is this run's own is known by its name. */
  private async forgotten(prop: Prop, scene: Scene): Promise<string[]> {
    const { who } = scene;
    if (!who) return [];
    const path = `${placeOf(prop, scene)}?labelSelector=${LABEL}%3D${VALUE}`;
    const found = await this.api.ask(path, { headers: impersonation(who) }).catch(tolerated);
    return found ? namesIn(found, this.now() - FORGOTTEN_MS) : [];
  }

  private async remove(prop: Prop, name: string, scene: Scene): Promise<string[]> {
    const { who, namespace } = scene;
    if (!who) return [];
    const path = `${placeOf(prop, scene)}/${name}?gracePeriodSeconds=0&propagationPolicy=Background`;
    const ask = { method: "DELETE", headers: impersonation(who) } as const;
    const answer = await this.api.ask(path, ask).catch(tolerated);
    if (answer && (answer.status < 300 || answer.status === 404)) return [];
    return [`${kindOf(prop).resource} ${namespace}/${name}: ${answer ? messageOf(answer) : "the server went away"}`];
  }
}

function tolerated(error: unknown): undefined {
  if (!(error instanceof Unreachable)) throw error;
}

interface Listed {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
}

function namesIn({ status, body }: Answer, before: number): string[] {
  if (status !== 200) return [];
  const { items } = body as { items: readonly Listed[] };
  return items.flatMap(({ metadata: { name, creationTimestamp = "" } }) =>
    Date.parse(creationTimestamp) < before ? [name] : [],
  );
}
