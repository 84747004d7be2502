import { join } from "node:path";
import { folderOfCluster } from "../../controlplane/clusters";
import { embeddedPlane } from "./embedded";
import { CLUSTER } from "./kinds/tokens";
import type { Plane } from "./plane";
import { Refusal } from "./refusal";
import type { Store } from "./store";

/**
 * The control plane that a cluster turns out to be. No two clusters are one: what was said of either would be a lie.
 * @throws Refusal when the control plane that is left is another cluster already.
 */
export function planeOf(folder: string, store: Store, cluster: string): Plane {
  const place = folderOfCluster(folder, cluster);
  const twin = store
    .read()
    .all(CLUSTER)
    .find(({ id }) => id !== cluster && folderOfCluster(folder, id) === place);
  if (twin) {
    const words = `the control plane here is cluster ${twin.id} already, and ${cluster} has none of its own; npm start -- --stack NAME gives a second cluster one`;
    throw new Refusal("ServiceUnavailableException", words);
  }
  return embeddedPlane(join(place, "kubeconfig"));
}
