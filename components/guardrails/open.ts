/**
 * What tenants may write without a rule of its own, as group/resource, and why that is safe. Held against a live
 * server together with the matrix: a kind that is in neither is an open door that nobody has looked at. The lock, the
 * states and the quota hold for these too.
 */
export const OPEN: Readonly<Record<string, string>> = {
  "/configmaps": "read by pods of the namespace only; counted by the quota",
  "/events": "read by people only; tenants' roles do not grant writing them",
  "/pods/attach": "a connection into one's own pod; the server shows a policy no more of it than its flags",
  "/pods/eviction": "removes one's own pod; disruption budgets hold",
  "/pods/exec": "a connection into one's own pod; the server shows a policy no more of it than its flags",
  "/pods/portforward": "a connection into one's own pod; the server shows a policy no more of it than its flags",
  "/podtemplates": "no controller makes pods of it",
  "/replicationcontrollers/scale": "a number of pods that are judged one by one; counted by the quota",
  "apps/controllerrevisions": "an earlier template; the pods that are made of it are judged",
  "apps/deployments/scale": "a number of pods that are judged one by one; counted by the quota",
  "apps/replicasets/scale": "a number of pods that are judged one by one; counted by the quota",
  "apps/statefulsets/scale": "a number of pods that are judged one by one; counted by the quota",
  "authorization.k8s.io/localsubjectaccessreviews":
    "a question; the server shows it to no policy, and tenants' roles do not grant it",
  "autoscaling/horizontalpodautoscalers": "changes replicas of the namespace's own workloads; counted by the quota",
  "coordination.k8s.io/leases": "the control plane's own are in namespaces of the platform; counted by the quota",
  "events.k8s.io/events": "read by people only; tenants' roles do not grant writing them",
};
