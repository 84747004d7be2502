import type { Step } from "./attack";
import { legalContainer, type PodChange, type PodStep } from "./legal";
import { scratchPod } from "./placement";
import { debugging, debuggingLegally } from "./privileges";
import { given, JSON_PATCH, MERGE, patching, STRATEGIC } from "./request";
import type { Scene } from "./scene";
import type { Wall } from "./walls";

/** A way by which a pod that exists comes to what an attack wants of a new one. */
export interface Update {
  readonly path: string;
  readonly control: Step;
  readonly step: Step;
  /** Whether a wall of the new pod stands in this way too. */
  readonly meets: (wall: Wall) => boolean;
}

const ON_A_POD = { needs: ["pod"] } as const;
const touching = patching(scratchPod, { metadata: { labels: { proof: "touched" } } }, MERGE, ON_A_POD);

/** What the API lets change of a pod, and what it lets add to it (Kubernetes' own list: metadata, tolerations, images). */
export function updatesOf(step: PodStep, scene: Scene): Update[] {
  const change = given(step.change, scene);
  return [...patchesOf(change), ...debuggersOf(change)];
}

/** Pod Security judges a pod that is changed as it judges a new one, or what it is asked for cannot be changed at all. */
const byRule = ({ layer }: Wall) => layer === "admission";

function patchesOf(change: PodChange): Update[] {
  const [field, ...more] = Object.keys(change);
  if (field === undefined || more.length > 0) return [];
  const patch = patchOf(field, change);
  return patch ? [{ path: "by a patch of a Pod", control: touching, step: patch, meets: byRule }] : [];
}

function patchOf(field: string, { metadata, container = {}, tolerations }: PodChange): Step | undefined {
  if (field === "metadata") return patching(scratchPod, { metadata }, MERGE, ON_A_POD);
  if (field === "tolerations") {
    const added = (tolerations as unknown[]).map((value) => ({ op: "add", path: "/spec/tolerations/-", value }));
    return patching(scratchPod, added, JSON_PATCH, ON_A_POD);
  }
  const isImage = field === "container" && Object.keys(container).join() === "image";
  return isImage
    ? patching(scratchPod, { spec: { containers: [{ name: "app", ...container }] } }, STRATEGIC, ON_A_POD)
    : undefined;
}

/** Fields that the API allows to a debug container; it has neither ports nor bounds nor probes. */
const OF_DEBUGGERS: ReadonlySet<string> = new Set(["image", "imagePullPolicy", "securityContext"]);

function debuggersOf({ container, ...others }: PodChange): Update[] {
  const fields = Object.keys(container ?? {});
  if (Object.keys(others).length > 0 || fields.length === 0 || !fields.every((name) => OF_DEBUGGERS.has(name))) {
    return [];
  }
  const attack = debugging((scene) => {
    const legal = legalContainer(scene, "debug");
    const { securityContext, ...fields } = container as { readonly securityContext?: object };
    const own = { ...(legal.securityContext as object), ...securityContext };
    return { ...legal, ...fields, securityContext: own };
  });
  const meets = ({ layer }: Wall) => ["admission", "mutation", "pod-security"].includes(layer);
  return [{ path: "as a debug container", control: debuggingLegally, step: attack, meets }];
}
