import type { Identity } from "../identity";
import { viewerOf } from "./border";
import { COLLECTOR_ACCOUNT } from "./bystander";
import { nodeIdentity, stolenNode } from "./nodes";
import { CONTROLLER_ACCOUNTS, controllerIdentity } from "./paths";
import type { Scene } from "./scene";

/** Everybody in whose name something is sent, each once. */
export function identitiesOf(scenes: readonly Scene[]): Identity[] {
  const all = [
    ...scenes.flatMap(({ who }) => (who ? [{ user: who.user, groups: who.groups }] : [])),
    ...scenes.flatMap((scene) => viewerOf(scene) ?? []),
    ...[...CONTROLLER_ACCOUNTS, COLLECTOR_ACCOUNT].map(controllerIdentity),
    ...scenes.flatMap((scene) => {
      const node = stolenNode(scene);
      return node ? [nodeIdentity(node.name)] : [];
    }),
  ];
  return [...new Map(all.map((identity) => [JSON.stringify(identity), identity])).values()];
}
