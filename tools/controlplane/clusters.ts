import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where a cluster lies that is not the estate's first: a control plane like that one, with nothing of it. */
export function ownFolder(folder: string, cluster: string): string {
  return join(folder, "clusters", cluster);
}

/** Folder of the control plane that is this cluster: its own where it was given one, else the estate's. */
export function folderOfCluster(folder: string, cluster: string): string {
  const own = ownFolder(folder, cluster);
  return existsSync(own) ? own : folder;
}

/** Folders of all control planes besides the estate's own. */
export function ownFolders(folder: string): string[] {
  const place = join(folder, "clusters");
  return existsSync(place)
    ? readdirSync(place)
        .sort()
        .map((name) => join(place, name))
    : [];
}
