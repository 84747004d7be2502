import type { SimulatedNode } from "../../controlplane/nodes";

export interface Endpoint {
  readonly server: string;
  /** Base64. */
  readonly ca: string;
}

export type Administration = "is" | "is not";

/** What a cluster of this cloud is made of. */
export interface Plane {
  /** @throws Refusal when there is no control plane. */
  endpoint(): Endpoint;
  /** Sees to it that exactly these nodes of a group exist. Those that go are drained first. */
  settleNodes(group: string, nodes: readonly SimulatedNode[]): Promise<void>;
  /** Lets a user do everything, or ends that. */
  setAdministrator(user: string, rule: Administration): Promise<void>;
}
