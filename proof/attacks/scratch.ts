import { type Answer, type ClusterApi, messageOf } from "../../components/cluster/api";
import { collection } from "../../components/cluster/collection";
import { impersonation } from "../identity";
import { podSpec, service } from "./legal";
import { type Prop, scratchName } from "./request";
import type { Scene } from "./scene";

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

const PLACES: Readonly<Record<Prop, string>> = { pod: "pods", service: "services" };

/**
 * The few objects that requests for a change need. Made by the tenant itself, once in each namespace and only when
 * somebody asks for them; `clear` removes them, whatever happened in between.
 */
export class Scratch {
  private readonly made = new Map<string, Promise<string | undefined>>();

  constructor(private readonly api: ClusterApi) {}

  /** Why the object could not be made; undefined when it is there. */
  provide(prop: Prop, scene: Scene): Promise<string | undefined> {
    const key = `${scene.namespace}/${prop}`;
    const known = this.made.get(key);
    if (known) return known;
    const making = this.make(prop, scene);
    this.made.set(key, making);
    return making;
  }

  /** Removes what this run made, and what an earlier one could not remove because it was killed. */
  async clear(scenes: readonly Scene[]): Promise<void> {
    await Promise.allSettled(this.made.values());
    await Promise.all(scenes.map((scene) => this.clearNamespace(scene)));
  }

  private async make(prop: Prop, scene: Scene): Promise<string | undefined> {
    const { who, namespace } = scene;
    if (!who) return "nobody may act for the tenant";
    const metadata = { name: scratchName(scene), namespace, labels: { [LABEL]: VALUE } };
    const body =
      prop === "service"
        ? service({}, metadata)
        : { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(scene, GATED) };
    const answer = await this.api.ask(collection("v1", PLACES[prop], { namespace }), {
      method: "POST",
      body,
      headers: impersonation(who),
    });
    return answer.status === 201 || answer.status === 409 ? undefined : messageOf(answer);
  }

  private async clearNamespace({ who, namespace }: Scene): Promise<void> {
    if (!who) return;
    const headers = impersonation(who);
    for (const resource of Object.values(PLACES)) {
      const place = collection("v1", resource, { namespace });
      const found = await this.api.ask(`${place}?labelSelector=${LABEL}%3D${VALUE}`, { headers });
      for (const name of namesIn(found)) {
        await this.api.ask(`${place}/${name}?gracePeriodSeconds=0`, { method: "DELETE", headers });
      }
    }
  }
}

function namesIn({ status, body }: Answer): string[] {
  if (status !== 200) return [];
  const { items } = body as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}
