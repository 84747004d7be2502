import { deviceQuotaKey } from "../../components/tenant/budget";
import { formatCount } from "../../config/quantity";
import { deviceShares } from "../../config/shares";
import { serves } from "../live/cluster";
import type { Attack } from "./attack";
import { configMap, pod } from "./legal";
import { creating } from "./request";
import type { Scene } from "./scene";
import { admission, quota, rbac, schema } from "./walls";

const creatingConfigMap = creating("configmaps", configMap());

/** A device class of the tenant's budget; undefined where it has none. */
const ownDeviceClass = ({ tenant }: Scene) =>
  Object.keys(tenant.tenant.budget.devices).find((device) => !device.includes("/") && !device.startsWith("hugepages-"));

/** An extended resource of the tenant's budget. */
const ownDevice = ({ tenant }: Scene) =>
  Object.keys(tenant.tenant.budget.devices).find((device) => device.includes("/"));

const deviceClaim = (request: object) =>
  creating("resourceclaims", (scene) => {
    const exactly = { deviceClassName: ownDeviceClass(scene) ?? "gpu.example.com", ...request };
    return {
      apiVersion: "resource.k8s.io/v1",
      kind: "ResourceClaim",
      spec: { devices: { requests: [{ name: "device", exactly }] } },
    };
  });

/** A rule about a claim; where the tenant has no class, no claim of its is legal, whatever else is wrong with it. */
const ofClaims = (rule: string, scene: Scene) =>
  ownDeviceClass(scene) === undefined ? admission(rule, "devices-class") : admission(rule);

/** What huge pages do not go without, in templates as well, where no LimitRange fills it in. */
const LITTLE = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };

/** A pod that asks for so many of a device. */
const asking = (device: (scene: Scene) => string, amount: (scene: Scene) => string) =>
  pod((scene) => ({ container: { resources: { limits: { ...LITTLE, [device(scene)]: amount(scene) } } } }));

const DEVICE = "devices.example.com/isolation-proof";

/** One more than the namespace has; what it has is counted in whole ones. */
const tooManyDevices = (scene: Scene) => {
  const own = deviceShares(scene.tenant.tenant).get(scene.namespace);
  return formatCount((own?.get(ownDevice(scene) ?? "") ?? 0n) + 1000n);
};

const noDevices = ({ cluster }: Scene) =>
  serves(cluster, "resourceclaims", "resource.k8s.io") ? undefined : "the cluster serves no resourceclaims";

/** Devices beyond one's share, or of others. */
export const devices: readonly Attack[] = [
  {
    id: "T114",
    title: "claim every device there is",
    unless: noDevices,
    control: creatingConfigMap,
    attack: deviceClaim({ allocationMode: "All" }),
    stoppedBy: (scene) => [rbac(), ofClaims("devices-all", scene)],
  },
  {
    id: "T114-class",
    title: "claim a device of a class that is not in the budget",
    unless: noDevices,
    control: creatingConfigMap,
    attack: deviceClaim({ deviceClassName: "devices.example.com" }),
    stoppedBy: [rbac(), admission("devices-class")],
  },
  {
    id: "T114-extended",
    title: "take a device that is not in the budget, of which no quota knows",
    control: pod(),
    attack: asking(
      () => DEVICE,
      () => "1",
    ),
    stoppedBy: admission("devices-budget"),
  },
  {
    id: "T114-huge-pages",
    title: "take memory as huge pages, which no quota of memory counts",
    control: pod(),
    attack: asking(
      () => "hugepages-2Mi",
      () => "2Mi",
    ),
    unless: ({ tenant }) =>
      tenant.tenant.budget.devices["hugepages-2Mi"] === undefined ? undefined : "huge pages are in the budget",
    stoppedBy: admission("devices-budget"),
  },
  {
    id: "T114-too-many",
    title: "take more devices than the budget has",
    unless: (scene) =>
      ownDevice(scene) === undefined ? "no extended resource is in the budget (budget.devices)" : undefined,
    control: pod(),
    attack: asking((scene) => ownDevice(scene) ?? "", tooManyDevices),
    stoppedBy: (scene) => quota("bulkhead-budget", deviceQuotaKey(ownDevice(scene) ?? "")),
  },
  {
    id: "T115",
    title: "look into others' devices as an administrator",
    unless: noDevices,
    control: creatingConfigMap,
    attack: deviceClaim({ adminAccess: true }),
    // Kubernetes itself wants a label on the namespace, which no tenant may write.
    stoppedBy: (scene) => [rbac(), schema("admin access to devices requires"), ofClaims("devices-admin-access", scene)],
  },
];
