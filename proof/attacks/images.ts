import type { Attack } from "./attack";
import { legalContainer, legalImage, pod, storedPod } from "./legal";
import { scratchPod } from "./placement";
import { debugging, debuggingLegally } from "./privileges";
import { patching, STRATEGIC } from "./request";
import { isFilledIn, type Scene } from "./scene";
import { admission, mutation, type Wall } from "./walls";

const FOREIGN = "registry.attacker.example/miner:latest";

const anyRegistry = ({ tenant }: Scene) =>
  tenant.tenant.images.length === 0 ? "the tenant may use any registry (images is empty)" : undefined;

/** Own nodes hold own images only, so nobody has to ask the registry again. */
const ownNodes = ({ tenant }: Scene) =>
  tenant.tenant.isolation.nodes === "dedicated" ? "the tenant's nodes hold no other tenant's images" : undefined;

/** Where policies may mutate, what the server fills in by itself is made legal; Never, somebody wrote. */
const pullsAlways = (stored: unknown) => {
  const { containers = [], initContainers = [], ephemeralContainers = [], volumes = [] } = storedPod(stored);
  const policies = [
    ...[...containers, ...initContainers, ...ephemeralContainers].map(({ imagePullPolicy }) => imagePullPolicy),
    ...volumes.flatMap(({ image }) => (image ? [image.pullPolicy] : [])),
  ];
  return policies.every((policy) => policy === "Always");
};

const pullPolicy = (scene: Scene): Wall[] => [
  ...(isFilledIn(scene) ? [mutation("imagePullPolicy", pullsAlways)] : []),
  admission("images-pull-policy"),
];

const registryPrefix = ({ tenant }: Scene) => tenant.tenant.images[0] ?? "registry.example.com/";
const host = (scene: Scene) => registryPrefix(scene).split("/")[0] ?? "";

type Case = readonly [variant: string, title: string, image: (scene: Scene) => string];

/** What looks like the tenant's registry to a careless comparison. */
const LOOKALIKES: readonly Case[] = [
  ["", "run an image of a foreign registry", () => FOREIGN],
  [
    "-suffix",
    "run an image of a registry whose name begins like one's own",
    (scene) => `${host(scene)}.attacker.example/miner:1`,
  ],
  ["-digest", "run a foreign image by its digest", () => `registry.attacker.example/miner@sha256:${"0".repeat(64)}`],
  ["-short", "run an image of the default registry", () => "miner"],
  [
    "-user",
    "name one's own registry as the path of a foreign one",
    (scene) => `registry.attacker.example/${registryPrefix(scene)}miner:1`,
  ],
  ["-port", "run an image of another port of one's own registry", (scene) => `${host(scene)}:5001/miner:1`],
  ["-parent", "leave one's own prefix by a path", (scene) => `${registryPrefix(scene)}../miner:1`],
  ["-case", "write one's own registry in capitals", (scene) => `${registryPrefix(scene).toUpperCase()}miner:1`],
];

/** Somebody else's images, or one's own from a place that nobody looks into. */
export const images: readonly Attack[] = [
  ...LOOKALIKES.map(([variant, title, image]) => ({
    id: `T48${variant}`,
    title,
    alias: "X-IM-1",
    unless: anyRegistry,
    control: pod(),
    attack: pod((scene) => ({ container: { image: image(scene) } })),
    stoppedBy: admission("images-registry"),
  })),
  {
    id: "T48-init",
    title: "run a foreign image before the others",
    alias: "X-IM-1",
    unless: anyRegistry,
    control: pod((scene) => ({ initContainers: [legalContainer(scene, "helper")] })),
    attack: pod((scene) => ({ initContainers: [{ ...legalContainer(scene, "helper"), image: FOREIGN }] })),
    stoppedBy: admission("images-registry"),
  },
  {
    id: "T48-volume",
    title: "mount a foreign image as a volume",
    alias: "X-IM-1",
    unless: anyRegistry,
    control: pod((scene) => ({
      volumes: [{ name: "files", image: { reference: legalImage(scene), pullPolicy: "Always" } }],
    })),
    attack: pod({ volumes: [{ name: "files", image: { reference: FOREIGN, pullPolicy: "Always" } }] }),
    stoppedBy: admission("images-registry"),
  },
  {
    id: "T36",
    title: "add a debug container with a foreign image",
    alias: "X-IM-1",
    unless: anyRegistry,
    control: debuggingLegally,
    attack: debugging((scene) => ({ ...legalContainer(scene, "debug"), image: FOREIGN })),
    stoppedBy: admission("images-registry"),
  },
  {
    id: "T37",
    title: "swap the image of a pod that exists",
    alias: "X-IM-1",
    unless: anyRegistry,
    control: patching(
      scratchPod,
      (scene) => ({ spec: { containers: [{ name: "app", image: legalImage(scene).replace(":3.10", ":3.9") }] } }),
      STRATEGIC,
      { needs: ["pod"] },
    ),
    attack: patching(scratchPod, { spec: { containers: [{ name: "app", image: FOREIGN }] } }, STRATEGIC, {
      needs: ["pod"],
    }),
    stoppedBy: admission("images-registry"),
  },
  {
    id: "T47",
    title: "run another tenant's private image from the node's cache",
    unless: ownNodes,
    control: pod(),
    attack: pod({ container: { imagePullPolicy: "IfNotPresent" } }),
    stoppedBy: pullPolicy,
  },
  {
    id: "T47-never",
    title: "run only what the node's cache has",
    unless: ownNodes,
    control: pod(),
    attack: pod({ container: { imagePullPolicy: "Never" } }),
    stoppedBy: admission("images-pull-policy"),
  },
  {
    id: "T47-init",
    title: "run another tenant's private image from the node's cache before the others",
    unless: ownNodes,
    control: pod((scene) => ({ initContainers: [legalContainer(scene, "helper")] })),
    attack: pod((scene) => ({
      initContainers: [{ ...legalContainer(scene, "helper"), imagePullPolicy: "IfNotPresent" }],
    })),
    stoppedBy: pullPolicy,
  },
  {
    id: "T47-volume",
    title: "mount another tenant's private image from the node's cache",
    unless: ownNodes,
    control: pod((scene) => ({
      volumes: [{ name: "files", image: { reference: legalImage(scene), pullPolicy: "Always" } }],
    })),
    attack: pod((scene) => ({
      volumes: [{ name: "files", image: { reference: legalImage(scene), pullPolicy: "IfNotPresent" } }],
    })),
    stoppedBy: pullPolicy,
  },
  {
    id: "T47-debug",
    title: "look into another tenant's private image by a debug container",
    unless: ownNodes,
    control: debuggingLegally,
    attack: debugging((scene) => ({ ...legalContainer(scene, "debug"), imagePullPolicy: "Never" })),
    stoppedBy: admission("images-pull-policy"),
  },
];
