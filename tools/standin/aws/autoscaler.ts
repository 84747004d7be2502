import { text } from "./kind";
import { CLUSTER, POD_IDENTITY, QUEUE } from "./kinds/tokens";
import { Refusal } from "./refusal";
import { type Cloud, Store } from "./store";

/** What Karpenter asks AWS for when it starts. */
export interface Start {
  readonly cluster: string;
  readonly account: { readonly namespace: string; readonly name: string };
  /** Unset: it listens to no queue. */
  readonly queue?: string | undefined;
}

/**
 * The region in which an autoscaler is to work.
 * @param folder The estate's folder.
 * @throws Refusal where Karpenter on AWS would end again at once, with what AWS says.
 */
export function regionOfAutoscaler(start: Start, folder: string): string {
  const cloud = new Store(folder).read();
  const cluster = cloud.all(CLUSTER).find(({ id }) => id === start.cluster);
  if (cluster === undefined) {
    throw new Refusal("ResourceNotFoundException", `No cluster found for name: ${start.cluster}.`);
  }
  refuseWithoutRole(start, cloud);
  const { queue } = start;
  if (
    queue &&
    !cloud.all(QUEUE).some(({ inputs, state }) => [text(inputs, "name"), text(state, "name")].includes(queue))
  ) {
    const words = `The specified queue does not exist: ${queue}.`;
    throw new Refusal("AWS.SimpleQueueService.NonExistentQueue", words);
  }
  return cluster.region;
}

/** Pods have no right on AWS but by an association, since they do not reach the node's own role (hop limit 1). */
function refuseWithoutRole({ cluster, account }: Start, cloud: Cloud): void {
  const held = cloud
    .all(POD_IDENTITY)
    .some(
      ({ inputs }) =>
        text(inputs, "clusterName") === cluster &&
        text(inputs, "namespace") === account.namespace &&
        text(inputs, "serviceAccount") === account.name,
    );
  if (held) return;
  const words = `no Pod Identity association in ${cluster} for service account ${account.namespace}/${account.name}`;
  throw new Refusal("NoCredentialProviders", words);
}
