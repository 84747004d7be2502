import { type Kind, list, text } from "../kind";
import { Refusal } from "../refusal";
import type { Cloud, Thing } from "../store";
import { NODE_GROUP } from "./tokens";

const TAG = "aws:autoscaling/tag:Tag";

/** Names of a node group's own autoscaling groups. */
export function groupNamesOf({ state }: Thing): (string | undefined)[] {
  return list(state.resources)
    .flatMap((resource) => list(resource, "autoscalingGroups"))
    .map((group) => text(group, "name"));
}

/** A group's tags go with it. */
export function endTags(nodeGroup: Thing, cloud: Cloud): void {
  const names = groupNamesOf(nodeGroup);
  for (const tag of cloud.all(TAG)) {
    if (names.includes(text(tag.inputs, "autoscalingGroupName"))) cloud.remove(tag);
  }
}

export const autoscalingTag: Kind = {
  token: TAG,
  title: "Auto Scaling Tag",
  fixed: ["autoscalingGroupName", "tag.key"],
  admit({ inputs, cloud }) {
    const known = cloud.all(NODE_GROUP).flatMap(groupNamesOf);
    if (known.includes(text(inputs, "autoscalingGroupName"))) return;
    throw new Refusal(
      "ValidationError",
      `AutoScalingGroup name not found - no such group: ${inputs.autoscalingGroupName}`,
    );
  },
  born: ({ inputs }) => ({ id: `${inputs.autoscalingGroupName},${text(inputs, "tag", "key")}` }),
};
