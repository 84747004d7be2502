import { create, patch } from "../request";
import type { Trial } from "../trial";
import { service } from "../workloads";

const services = (spec: object, metadata: object = {}) => create("services", service({ ...spec }, { ...metadata }));

export const serviceTrials: readonly Trial[] = [
  {
    rule: "services-type",
    given: [create("services", service())],
    legal: services({ type: "ClusterIP", clusterIP: "None" }, { name: "other" }),
    attacks: {
      "T83 opens a port on every node": services({ type: "NodePort" }, { name: "other" }),
      "T83 later": patch("v1", "services/app", { spec: { type: "NodePort" } }),
      "T87 answers with another tenant's name": services(
        { type: "ExternalName", externalName: "app.globex.svc.cluster.local" },
        { name: "other" },
      ),
    },
  },
  {
    rule: "services-external-ips",
    space: "nobody",
    given: [create("services", service())],
    legal: services({}, { name: "other" }),
    attacks: {
      "T85 takes over an address": services({ externalIPs: ["203.0.113.1"] }, { name: "other" }),
      "T85 later": patch("v1", "services/app", { spec: { externalIPs: ["203.0.113.1"] } }),
    },
  },
  {
    rule: "services-load-balancer",
    legal: services({ type: "LoadBalancer" }),
    attacks: {
      "T84 chooses whose balancer it is": services({ type: "LoadBalancer", loadBalancerClass: "example.com/internal" }),
      "T84 chooses the address": services({ type: "LoadBalancer", loadBalancerIP: "203.0.113.1" }),
    },
  },
  {
    rule: "services-annotations",
    legal: services({}, { annotations: { "prometheus.io/scrape": "true", "pulumi.com/skipAwait": "true" } }),
    attacks: {
      "T84 orders the cloud about": services(
        {},
        { annotations: { "service.beta.kubernetes.io/aws-load-balancer-internal": "false" } },
      ),
      "T93 has a name made": services(
        {},
        { annotations: { "external-dns.alpha.kubernetes.io/hostname": "www.globex.example.com" } },
      ),
    },
  },
];

export const endpointTrials: readonly Trial[] = [
  {
    rule: "endpoints-writers",
    legal: services({}),
    attacks: {
      "T89 leads to another tenant's pod": create("endpointslices", {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name: "app", labels: { "kubernetes.io/service-name": "app" } },
        addressType: "IPv4",
        endpoints: [{ addresses: ["10.1.2.3"] }],
        ports: [{ port: 80 }],
      }),
      "T89 by the old kind": create("endpoints", {
        apiVersion: "v1",
        kind: "Endpoints",
        metadata: { name: "app" },
        subsets: [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 80 }] }],
      }),
    },
  },
];

const policy = (spec: object) =>
  create("networkpolicies", {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "app" },
    spec: { podSelector: {}, ...spec },
  });
const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const acme = { namespaceSelector: { matchLabels: { "bulkhead.dev/tenant": "acme" } } };

export const networkPolicyTrials: readonly Trial[] = [
  {
    rule: "network-policy-ingress",
    legal: policy({
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }, named("acme-web"), acme] }],
      egress: [],
    }),
    attacks: {
      "T77 lets everybody in": policy({ ingress: [{}] }),
      "T77 lets every namespace in": policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] }),
      "T77 lets another tenant in": policy({ ingress: [{ from: [named("globex")] }] }),
      "T77 lets in whoever wears a label": policy({
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "web" } } }] }],
      }),
      "T77 lets addresses in": policy({ ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] }),
      "T77 hides it among what is legal": policy({
        ingress: [{ from: [{ podSelector: {} }] }, { ports: [{ port: 80 }] }],
      }),
    },
  },
  {
    rule: "network-policy-egress",
    legal: policy({
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector: {} }], ports: [{ port: 80, endPort: 90 }] }],
    }),
    attacks: {
      "T77 lets everything out": policy({ policyTypes: ["Egress"], egress: [{}] }),
      "T77 reaches for addresses": policy({
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
      }),
      "T77 reaches for another tenant": policy({ policyTypes: ["Egress"], egress: [{ to: [named("globex")] }] }),
    },
  },
];

const claim = (spec: object) =>
  create("persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "other" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "standard",
      resources: { requests: { storage: "1Gi" } },
      ...spec,
    },
  });

export const storageTrials: readonly Trial[] = [
  {
    rule: "storage-volume",
    given: [{ ...claim({}), body: { ...claim({}).body, metadata: { name: "pending" } } }],
    legal: claim({}),
    attacks: {
      "T99 names a volume": claim({ volumeName: "pv-of-globex" }),
      "T99 looks for one": claim({ selector: { matchLabels: { of: "globex" } } }),
      "T99 names one later": patch("v1", "persistentvolumeclaims/pending", { spec: { volumeName: "pv-of-globex" } }),
    },
  },
  {
    rule: "storage-class",
    legal: claim({ storageClassName: "fast" }),
    attacks: {
      "T100 takes another tenant's class": claim({ storageClassName: "globex" }),
      "T99 wants none": claim({ storageClassName: "" }),
      "T99 names none": claim({ storageClassName: undefined }),
    },
  },
  {
    rule: "storage-attributes-class",
    legal: claim({}),
    attacks: { "T100 takes another tenant's attributes": claim({ volumeAttributesClassName: "gold" }) },
  },
  {
    rule: "storage-data-source",
    legal: claim({ dataSource: { kind: "PersistentVolumeClaim", name: "pending" } }),
    attacks: {
      "T101 copies another tenant's volume": claim({
        dataSourceRef: { kind: "PersistentVolumeClaim", name: "data", namespace: "globex" },
      }),
    },
  },
  {
    rule: "storage-snapshot",
    legal: snapshot({ persistentVolumeClaimName: "pending" }),
    attacks: { "T101 opens another tenant's snapshot": snapshot({ volumeSnapshotContentName: "content-of-globex" }) },
  },
  {
    rule: "storage-capacity",
    legal: claim({}),
    attacks: {
      "T100 says that there is room where there is none": create("csistoragecapacities", {
        apiVersion: "storage.k8s.io/v1",
        kind: "CSIStorageCapacity",
        metadata: { name: "app" },
        storageClassName: "standard",
        capacity: "100Ti",
      }),
    },
  },
];

function snapshot(source: object) {
  return create("volumesnapshots", {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshot",
    metadata: { name: "app" },
    spec: { source },
  });
}
