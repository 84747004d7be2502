import { join } from "node:path";
import { addGuest, removeGuest } from "../../../controlplane";
import { folderOfCluster } from "../../../controlplane/clusters";
import { writeWhole } from "../../../controlplane/write";
import { regionOfAutoscaler } from "../../aws/autoscaler";
import { catalogueOf } from "../../aws/catalogue";
import { inventoryOf } from "../../aws/store";
import { at, textAt } from "../../plugin/fields";
import { isMap, type Property } from "../../plugin/properties";
import type { Opened, Release } from "./release";

/** Where the embedded control plane lies, in which the pods of a chart cannot do their work. */
export function estateFolder(environment: NodeJS.ProcessEnv): string {
  const folder = environment.BULKHEAD_FOLDER;
  if (!folder) throw new Error("the stand-in kubernetes provider needs BULKHEAD_FOLDER, where the control plane lies");
  return folder;
}

/** Folder of the control plane that is the cluster of a release: each cluster of the stand-in cloud may have its own. */
function planeOf(release: Pick<Release, "values">, folder: string): string {
  return folderOfCluster(folder, textAt(release.values, "settings", "clusterName"));
}

/**
 * Does the work of a chart's pods: kwok says that they run, and a program on this machine takes over, as their service
 * account and with their settings. Nothing where none of the objects is a Deployment.
 */
export async function runController(release: Release, { karpenter, objects }: Opened, folder: string): Promise<void> {
  const deployment = objects.find(({ kind }) => kind === "Deployment");
  if (deployment === undefined) return;
  const pod = at(deployment, "spec", "template", "spec");
  const namespace = textAt(deployment, "metadata", "namespace");
  const account = { namespace, name: textAt(pod, "serviceAccountName") };
  const settings = settingsOf(pod);
  const { CLUSTER_NAME: cluster = "", INTERRUPTION_QUEUE: queue } = settings;
  const region = regionOfAutoscaler({ cluster, account, queue }, folder);
  const plane = planeOf(release, folder);
  const machines = join(plane, "state", "instance-types.json");
  writeWhole(machines, JSON.stringify(catalogueOf(region)));
  await addGuest(
    {
      name: "karpenter",
      account,
      command: [karpenter.file, "controller"],
      environment: {
        ...settings,
        SYSTEM_NAMESPACE: namespace,
        INSTANCE_TYPES_FILE_PATH: machines,
        CLOUD_INVENTORY: inventoryOf(folder),
        // There is one of it, whatever the number of pods: nobody to wait for after a kill.
        DISABLE_LEADER_ELECTION: "true",
      },
    },
    plane,
  );
}

export async function endController(release: Pick<Release, "chart" | "values">, folder: string): Promise<void> {
  if (release.chart === "karpenter") await removeGuest("karpenter", planeOf(release, folder));
}

/** The variables that the chart makes of its values. What is read from the pod itself has no meaning here. */
function settingsOf(pod: Property | undefined): Record<string, string> {
  const [container] = listAt(pod, "containers");
  const variables = listAt(container, "env").filter(
    (variable) => isMap(variable) && typeof variable.value === "string",
  );
  return Object.fromEntries(variables.map((variable) => [textAt(variable, "name"), textAt(variable, "value")]));
}

function listAt(value: Property | undefined, key: string): Property[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
