import type { Trial } from "../trial";
import { connectTrials, identityTrials, lockTrials, rbacTrials, statusTrials } from "./access";
import { deviceBudgetTrials, deviceTrials } from "./devices";
import { namespaceTrials } from "./namespaces";
import { endpointTrials, networkPolicyTrials, serviceTrials, storageTrials } from "./network";
import { placementTrials } from "./placement";
import { routeTrials } from "./routes";
import { imageTrials, runtimeTrials } from "./runtime";
import { bindingTrials, disruptionTrials, priorityTrials, resourceTrials, stateTrials } from "./workloads";

export const trials: readonly Trial[] = [
  ...placementTrials,
  ...runtimeTrials,
  ...imageTrials,
  ...bindingTrials,
  ...resourceTrials,
  ...priorityTrials,
  ...rbacTrials,
  ...identityTrials,
  ...namespaceTrials,
  ...lockTrials,
  ...statusTrials,
  ...connectTrials,
  ...serviceTrials,
  ...endpointTrials,
  ...routeTrials,
  ...networkPolicyTrials,
  ...storageTrials,
  ...disruptionTrials,
  ...deviceTrials,
  ...deviceBudgetTrials,
  ...stateTrials,
];
