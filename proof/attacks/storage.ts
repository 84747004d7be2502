import { collection } from "../../components/cluster/collection";
import { servedVersion, serves } from "../live/cluster";
import type { Attack, Step } from "./attack";
import { configMap } from "./legal";
import { creating, creatingIn, reading } from "./request";
import type { Scene } from "./scene";
import { admission, rbac, unlessDropped } from "./walls";

const readingClaims = reading(({ namespace }) => collection("v1", "persistentvolumeclaims", { namespace }));

/** A class the tenant may use; the API server does not ask whether it is there. */
const ownClass = ({ tenant, cluster }: Scene) =>
  tenant.tenant.storageClasses?.[0] ?? cluster.storageClasses[0] ?? "standard";

const claim = (spec: object | ((scene: Scene) => object)): Step =>
  creating("persistentvolumeclaims", (scene) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Mi" } },
      storageClassName: ownClass(scene),
      ...(typeof spec === "function" ? spec(scene) : spec),
    },
  }));

/** Without a budget for storage every claim is too much, and the closest legal thing is to look at claims. */
const legalClaim: Step = (scene) =>
  (scene.share.storage === 0n || noneAllowed(scene) ? readingClaims : claim({}))(scene);

const noneAllowed = ({ tenant }: Scene) => tenant.tenant.storageClasses?.length === 0;

const noBudget = ({ share }: Scene) =>
  share.storage === 0n ? "the tenant may have no volumes (budget.storage)" : undefined;

const anyClass = ({ tenant }: Scene) =>
  tenant.tenant.storageClasses === undefined
    ? "the tenant may use any storage class (storageClasses is unset)"
    : undefined;

const claiming = (id: string, title: string, spec: object, rule: string, unless?: Attack["unless"]): Attack => ({
  id,
  title,
  alias: "X-ST-1",
  ...(unless ? { unless } : {}),
  control: legalClaim,
  attack: claim(spec),
  stoppedBy: admission(rule),
});

const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  spec: {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    persistentVolumeReclaimPolicy: "Retain",
    hostPath: { path: "/" },
  },
};

const SNAPSHOTS = "snapshot.storage.k8s.io";

const noSnapshots = ({ cluster }: Scene) =>
  serves(cluster, "volumesnapshotcontents", SNAPSHOTS) ? undefined : "the cluster serves no volume snapshots";

const withoutNamespace = (stored: unknown) =>
  (stored as { spec?: { dataSourceRef?: { namespace?: string } } }).spec?.dataSourceRef?.namespace === undefined;

/** Somebody else's bytes. */
export const storage: readonly Attack[] = [
  {
    id: "T98",
    alias: "X-ST-1",
    title: "make a volume of a node's file system",
    control: creating("configmaps", configMap()),
    attack: creatingIn(() => ({}), "persistentvolumes", volume),
    stoppedBy: rbac(),
  },
  claiming("T99", "claim a volume by its name", { volumeName: "somebodys-volume" }, "storage-volume"),
  claiming(
    "T99-selector",
    "claim a volume by its labels",
    { selector: { matchLabels: { app: "db" } } },
    "storage-volume",
  ),
  claiming("T99-classless", "claim any volume that is free", { storageClassName: "" }, "storage-class"),
  claiming(
    "T100",
    "use a storage class of somebody else",
    { storageClassName: "isolation-proof-foreign" },
    "storage-class",
    anyClass,
  ),
  claiming(
    "T100-attributes",
    "use a volume attributes class of somebody else",
    { volumeAttributesClassName: "isolation-proof-foreign" },
    "storage-attributes-class",
    anyClass,
  ),
  {
    id: "T100-capacity",
    title: "lie about capacity, so that others' pods are sent astray",
    control: readingClaims,
    attack: creating("csistoragecapacities", {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIStorageCapacity",
      storageClassName: "standard",
      capacity: "1Gi",
    }),
    stoppedBy: [rbac(), admission("storage-capacity")],
  },
  {
    id: "T101",
    title: "copy a neighbour's claim",
    // The API server may drop the field, and then it is the budget that refuses.
    unless: noBudget,
    control: legalClaim,
    attack: claim(({ victim }: Scene) => ({
      dataSourceRef: {
        apiGroup: "snapshot.storage.k8s.io",
        kind: "VolumeSnapshot",
        name: "db",
        namespace: victim.namespace,
      },
    })),
    stoppedBy: unlessDropped(admission("storage-data-source"), withoutNamespace),
  },
  {
    id: "T101-snapshot",
    title: "name a neighbour's snapshot as the source of one's own",
    unless: noSnapshots,
    control: readingClaims,
    attack: creating("volumesnapshots", ({ cluster }) => ({
      apiVersion: `${SNAPSHOTS}/${servedVersion(cluster, "volumesnapshots", SNAPSHOTS)}`,
      kind: "VolumeSnapshot",
      spec: { source: { volumeSnapshotContentName: "somebodys-content" } },
    })),
    stoppedBy: [rbac(), admission("storage-snapshot")],
  },
  {
    id: "T101-content",
    title: "make a snapshot of a neighbour's volume one's own",
    unless: noSnapshots,
    control: readingClaims,
    attack: creatingIn(() => ({}), "volumesnapshotcontents", {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotContent",
    }),
    stoppedBy: rbac(),
  },
];
