import { type Kind, list, text } from "../kind";
import { Refusal } from "../refusal";
import type { Cloud } from "../store";
import { NODE_GROUP } from "./tokens";

/** Names of the groups that EKS keeps for its node groups; nobody else makes any here. */
function groupNames(cloud: Cloud): (string | undefined)[] {
  return cloud
    .all(NODE_GROUP)
    .flatMap(({ state }) => list(state.resources))
    .flatMap((resource) => list(resource, "autoscalingGroups"))
    .map((group) => text(group, "name"));
}

export const autoscalingTag: Kind = {
  token: "aws:autoscaling/tag:Tag",
  title: "Auto Scaling Tag",
  fixed: ["autoscalingGroupName", "tag.key"],
  admit({ inputs, cloud }) {
    if (groupNames(cloud).includes(text(inputs, "autoscalingGroupName"))) return;
    throw new Refusal(
      "ValidationError",
      `AutoScalingGroup name not found - no such group: ${inputs.autoscalingGroupName}`,
    );
  },
  born: ({ inputs }) => ({ id: `${inputs.autoscalingGroupName},${text(inputs, "tag", "key")}` }),
};
