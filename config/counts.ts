/**
 * Most objects of each kind a tenant may write, in each namespace: every writable kind is counted, or one tenant
 * fills etcd for all. At 1 MiB for the largest object these add up to well under half of etcd's suggested 8 GiB.
 */
export const OBJECT_COUNTS: Readonly<Record<string, number>> = {
  configmaps: 100,
  secrets: 100,
  services: 30,
  persistentvolumeclaims: 30,
  "count/serviceaccounts": 30,
  "count/deployments.apps": 50,
  "count/statefulsets.apps": 30,
  "count/daemonsets.apps": 10,
  "count/replicasets.apps": 300,
  "count/jobs.batch": 100,
  "count/cronjobs.batch": 30,
  "count/horizontalpodautoscalers.autoscaling": 50,
  "count/poddisruptionbudgets.policy": 30,
  "count/ingresses.networking.k8s.io": 30,
  "count/leases.coordination.k8s.io": 50,
};
