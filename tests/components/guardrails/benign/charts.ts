/** What differs between tenants in what they install. */
export interface Values {
  readonly registry: string;
  /** Fields of every pod that a cluster without mutating policies has to be told, as lines of YAML; one per line. */
  readonly podFields: readonly string[];
  /** Further fields of a DaemonSet's pods, for the same reason. */
  readonly daemonFields: readonly string[];
  readonly pullPolicy: "Always" | "IfNotPresent";
  /** What has to be said of a disruption budget, for the same reason. */
  readonly budgetFields: readonly string[];
  readonly host: string | undefined;
  /** Nodes on which the tenant's pods may run, in alphabetical order. */
  readonly nodes: readonly string[];
}

function lines(fields: readonly string[], indent: number): string {
  return fields.map((field) => `\n${" ".repeat(indent)}${field}`).join("");
}

const labels = (name: string, indent: number) =>
  lines(
    [
      `app.kubernetes.io/name: ${name}`,
      `app.kubernetes.io/instance: demo`,
      `app.kubernetes.io/managed-by: Helm`,
      `app.kubernetes.io/version: "1.2.3"`,
      `helm.sh/chart: ${name}-4.5.6`,
    ],
    indent,
  );

const release = `annotations: { meta.helm.sh/release-name: demo, meta.helm.sh/release-namespace: apps }`;

const secure = (indent: number) =>
  lines(
    [
      "securityContext:",
      "  allowPrivilegeEscalation: false",
      "  readOnlyRootFilesystem: true",
      "  runAsNonRoot: true",
      "  runAsUser: 1001",
      "  capabilities: { drop: [ALL] }",
      "  seccompProfile: { type: RuntimeDefault }",
    ],
    indent,
  );

/** A web application as most charts write one. */
export function webChart({ registry, podFields, pullPolicy, budgetFields }: Values): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  ${release}
  labels:${labels("web", 4)}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Secret
metadata: { name: web, labels: { app.kubernetes.io/name: web } }
type: Opaque
stringData: { password: not-a-secret }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web, labels: { app.kubernetes.io/name: web } }
data: { nginx.conf: "server {}" }
---
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8080" }
  labels:${labels("web", 4)}
spec:
  type: ClusterIP
  sessionAffinity: None
  ports: [{ name: http, port: 80, targetPort: http }]
  selector: { app.kubernetes.io/name: web, app.kubernetes.io/instance: demo }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  ${release}
  labels:${labels("web", 4)}
spec:
  replicas: 3
  revisionHistoryLimit: 3
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app.kubernetes.io/name: web, app.kubernetes.io/instance: demo } }
  template:
    metadata:
      annotations:
        checksum/config: 8e2b1f4c
        prometheus.io/scrape: "true"
        kubectl.kubernetes.io/default-container: web
      labels:${labels("web", 8)}
    spec:${lines(podFields, 6)}
      serviceAccountName: web
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector: { matchLabels: { app.kubernetes.io/name: web } }
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app.kubernetes.io/name: web } }
      securityContext: { fsGroup: 1001, fsGroupChangePolicy: Always }
      initContainers:
        - name: prepare
          image: ${registry}busybox:1.36
          imagePullPolicy: ${pullPolicy}
          command: [sh, -c, "true"]${secure(10)}
      containers:
        - name: web
          image: ${registry}nginx:1.27
          imagePullPolicy: ${pullPolicy}
          ports: [{ name: http, containerPort: 8080 }]
          env:
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: web, key: password } } }
          envFrom: [{ configMapRef: { name: web, optional: true } }]
          livenessProbe: { tcpSocket: { port: http } }
          readinessProbe: { httpGet: { path: /healthz, port: http } }
          lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 64Mi } }
          volumeMounts: [{ name: config, mountPath: /etc/nginx }, { name: tmp, mountPath: /tmp }]${secure(10)}
      volumes:
        - { name: config, configMap: { name: web } }
        - { name: tmp, emptyDir: {} }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, labels: { app.kubernetes.io/name: web } }
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, labels: { app.kubernetes.io/name: web } }
spec:
  maxUnavailable: 1${lines(budgetFields, 2)}
  selector: { matchLabels: { app.kubernetes.io/name: web } }
`;
}

/** A database as most charts write one, with a headless service and a claim for each replica. */
export function databaseChart({ registry, podFields, pullPolicy }: Values): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: database, labels: { app.kubernetes.io/name: database } }
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  ports: [{ name: tcp, port: 5432 }]
  selector: { app.kubernetes.io/name: database }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: database, labels: { app.kubernetes.io/name: database } }
spec:
  serviceName: database
  replicas: 2
  podManagementPolicy: Parallel
  selector: { matchLabels: { app.kubernetes.io/name: database } }
  template:
    metadata: { labels: { app.kubernetes.io/name: database } }
    spec:${lines(podFields, 6)}
      terminationGracePeriodSeconds: 120
      containers:
        - name: database
          image: ${registry}postgres:17
          imagePullPolicy: ${pullPolicy}
          volumeMounts: [{ name: data, mountPath: /var/lib }]${secure(10)}
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: standard
        resources: { requests: { storage: 1Gi } }
`;
}

/** Work that needs a device, and tolerates the taint of nodes that have some. */
export function trainingChart({ registry, podFields, pullPolicy }: Values): string {
  return `
apiVersion: batch/v1
kind: Job
metadata: { name: train }
spec:
  template:
    spec:${lines(podFields, 6)}
      restartPolicy: Never
      tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]
      containers:
        - name: train
          image: ${registry}train:1
          imagePullPolicy: ${pullPolicy}
          resources: { limits: { nvidia.com/gpu: 1 } }${secure(10)}
`;
}

/** An agent on each node, and work that is done once or every night. */
export function agentChart({ registry, podFields, daemonFields, pullPolicy }: Values): string {
  return `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec:${lines([...podFields, ...daemonFields], 6)}
      containers:
        - name: agent
          image: ${registry}agent:1
          imagePullPolicy: ${pullPolicy}${secure(10)}
---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-weight: "1" } }
spec:
  backoffLimit: 2
  ttlSecondsAfterFinished: 600
  template:
    spec:${lines(podFields, 6)}
      restartPolicy: Never
      containers:
        - name: migrate
          image: ${registry}migrate:1
          imagePullPolicy: ${pullPolicy}${secure(10)}
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "* * * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:${lines(podFields, 10)}
          restartPolicy: OnFailure
          containers:
            - name: nightly
              image: ${registry}nightly:1
              imagePullPolicy: ${pullPolicy}${secure(14)}
`;
}

/** What a tenant writes about its own borders. */
export function borderChart({ host }: Values): string {
  const ingress = `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/proxy-body-size: 8m } }
spec:
  ingressClassName: public
  tls: [{ hosts: [${host}], secretName: web-tls }]
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }
`;
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: borders }
data: { note: "what the namespace shows of itself" }${host === undefined ? "" : ingress}
`;
}
