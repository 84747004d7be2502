import { agentChart, borderChart, databaseChart, trainingChart, type Values, webChart } from "./charts";

/** One thing that an administrator of a tenant does with kubectl, by the shipped role, and what has to become of it before the next. */
export interface Deed {
  readonly title: string;
  readonly kubectl: readonly string[];
  readonly input?: string;
  /** kubectl arguments that print `wanted` when it has come about. */
  readonly until?: { readonly kubectl: readonly string[]; readonly wanted: string | RegExp };
  /** What the server says where a node would have to answer, and nodes are simulated. Unset: it is done. */
  readonly endsWith?: RegExp;
}

const jsonpath = (resource: string, path: string) => ["get", ...resource.split(" "), "-o", `jsonpath=${path}`];
const rolledOut = (deployment: string) => ({
  kubectl: ["rollout", "status", deployment, "--timeout=60s"],
  wanted: /successfully rolled out|roll out complete|rolling update complete/,
});

/** The API server let the request pass, turned to the kubelet, and found nobody there. */
const NO_KUBELET = /error dialing backend|no preferred addresses found|dial tcp/;

/** A tenant's working day, in order: install, look, change, clean up. */
export function corpus(values: Values, namespace: string): readonly Deed[] {
  const { registry } = values;
  return [
    {
      title: "installs a web application",
      kubectl: ["apply", "-f", "-"],
      input: webChart(values),
      until: rolledOut("deployment/web"),
    },
    { title: "installs it again, unchanged", kubectl: ["apply", "-f", "-"], input: webChart(values) },
    {
      title: "installs it again by server-side apply",
      kubectl: ["apply", "--server-side", "--force-conflicts", "-f", "-"],
      input: webChart(values),
    },
    {
      title: "installs a database with volumes",
      kubectl: ["apply", "-f", "-"],
      input: databaseChart(values),
      until: rolledOut("statefulset/database"),
    },
    {
      title: "installs agents, a job and a nightly job",
      kubectl: ["apply", "-f", "-"],
      input: agentChart(values),
      until: rolledOut("daemonset/agent"),
    },
    {
      title: "has an agent on each of its nodes and on no other",
      kubectl: ["get", "pods"],
      until: {
        kubectl: jsonpath("pods -l app=agent --sort-by=.spec.nodeName", "{.items[*].spec.nodeName}"),
        wanted: values.nodes.join(" "),
      },
    },
    {
      title: "has its job done",
      kubectl: ["get", "job", "migrate"],
      until: { kubectl: jsonpath("job migrate", "{.status.succeeded}"), wanted: "1" },
    },
    {
      title: "trains on a device",
      kubectl: ["apply", "-f", "-"],
      input: trainingChart(values),
      until: { kubectl: jsonpath("job train", "{.status.succeeded}"), wanted: "1" },
    },
    { title: "shows an application to the world", kubectl: ["apply", "-f", "-"], input: borderChart(values) },
    { title: "scales up", kubectl: ["scale", "deployment/web", "--replicas=4"], until: rolledOut("deployment/web") },
    {
      title: "rolls out another image",
      kubectl: ["set", "image", "deployment/web", `web=${registry}nginx:1.28`],
      until: rolledOut("deployment/web"),
    },
    { title: "restarts", kubectl: ["rollout", "restart", "deployment/web"], until: rolledOut("deployment/web") },
    { title: "rolls back", kubectl: ["rollout", "undo", "deployment/web"], until: rolledOut("deployment/web") },
    {
      // Below its least number an autoscaler needs no metrics to act.
      title: "is scaled by its autoscaler",
      kubectl: ["scale", "deployment/web", "--replicas=1"],
      until: { kubectl: jsonpath("horizontalpodautoscaler web", "{.status.lastScaleTime}"), wanted: /\d/ },
    },
    {
      title: "has as many replicas as its autoscaler wants",
      kubectl: ["get", "deployment", "web"],
      until: { kubectl: jsonpath("deployment web", "{.spec.replicas} {.status.readyReplicas}"), wanted: "2 2" },
    },
    {
      title: "restarts its database",
      kubectl: ["rollout", "restart", "statefulset/database"],
      until: rolledOut("statefulset/database"),
    },
    {
      title: "restarts its agents",
      kubectl: ["rollout", "restart", "daemonset/agent"],
      until: rolledOut("daemonset/agent"),
    },
    {
      title: "sets a variable",
      kubectl: ["set", "env", "deployment/web", "COLOUR=blue"],
      until: rolledOut("deployment/web"),
    },
    {
      title: "sets resources",
      kubectl: ["set", "resources", "deployment/web", "--limits=cpu=50m,memory=64Mi"],
      until: rolledOut("deployment/web"),
    },
    { title: "labels and annotates a pod", kubectl: ["label", "pod", "database-0", "tier=back"] },
    {
      title: "annotates it",
      kubectl: ["annotate", "pod", "database-0", "owner=web", "kubernetes.io/description=primary"],
    },
    { title: "exposes a deployment", kubectl: ["expose", "deployment/web", "--name=exposed", "--port=8080"] },
    {
      title: "starts the nightly job by day",
      kubectl: ["create", "job", "by-day", "--from=cronjob/nightly"],
      until: { kubectl: jsonpath("job by-day", "{.status.succeeded}"), wanted: "1" },
    },
    { title: "runs a command in a pod", kubectl: ["exec", "database-0", "--", "true"], endsWith: NO_KUBELET },
    { title: "reads a log", kubectl: ["logs", "database-0"], endsWith: NO_KUBELET },
    { title: "reaches a port of a pod", kubectl: ["port-forward", "database-0", ":5432"], endsWith: NO_KUBELET },
    {
      title: "evicts a pod",
      kubectl: ["create", "--raw", `/api/v1/namespaces/${namespace}/pods/database-1/eviction`, "-f", "-"],
      input: JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "database-1", namespace } }),
      until: rolledOut("statefulset/database"),
    },
    {
      title: "debugs a pod",
      kubectl: [
        "debug",
        "database-0",
        `--image=${registry}busybox:1.36`,
        "--profile=restricted",
        "--container=debugger",
        // Nothing fills it in where policies do not mutate.
        ...(values.pullPolicy === "Always" ? ["--image-pull-policy=Always"] : []),
      ],
    },
    { title: "creates a secret", kubectl: ["create", "secret", "generic", "extra", "--from-literal=key=value"] },
    {
      title: "creates a docker secret",
      kubectl: [
        "create",
        "secret",
        "docker-registry",
        "pull",
        "--docker-server=registry.example.com",
        "--docker-username=u",
        "--docker-password=p",
      ],
    },
    {
      title: "adds it to its default account",
      kubectl: ["patch", "serviceaccount", "default", "-p", '{"imagePullSecrets":[{"name":"pull"}]}'],
    },
    { title: "creates an account", kubectl: ["create", "serviceaccount", "robot"] },
    { title: "holds a lease", kubectl: ["create", "-f", "-"], input: LEASE },
    {
      title: "renews it",
      kubectl: [
        "patch",
        "lease",
        "leader",
        "--type=merge",
        "-p",
        '{"spec":{"renewTime":"2026-01-01T00:00:00.000000Z"}}',
      ],
    },
    {
      title: "has the nightly job done every minute",
      kubectl: ["get", "cronjob", "nightly"],
      until: { kubectl: jsonpath("cronjob nightly", "{.status.lastSuccessfulTime}"), wanted: /./ },
    },
    { title: "suspends the nightly job", kubectl: ["patch", "cronjob", "nightly", "-p", '{"spec":{"suspend":true}}'] },
    {
      title: "removes a deployment and leaves its pods to others",
      kubectl: ["delete", "deployment", "web", "--cascade=orphan"],
      until: { kubectl: jsonpath("replicasets", "{.items[*].metadata.ownerReferences}"), wanted: "" },
    },
    {
      title: "takes them back",
      kubectl: ["apply", "-f", "-"],
      input: webChart(values),
      until: rolledOut("deployment/web"),
    },
    {
      title: "removes a deployment with everything under it",
      kubectl: ["delete", "deployment", "web", "--cascade=foreground", "--timeout=60s"],
      until: { kubectl: jsonpath("pods -l app.kubernetes.io/name=web", "{.items[*].metadata.name}"), wanted: "" },
    },
    {
      title: "removes its database",
      kubectl: ["delete", "statefulset", "database", "--timeout=60s"],
      until: { kubectl: jsonpath("pods -l app.kubernetes.io/name=database", "{.items[*].metadata.name}"), wanted: "" },
    },
    { title: "removes its claims", kubectl: ["delete", "persistentvolumeclaims", "--all", "--timeout=60s"] },
  ];
}

const LEASE = `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: leader }
spec: { holderIdentity: web-0, leaseDurationSeconds: 15 }
`;
