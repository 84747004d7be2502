import type { Fixtures } from "../fixtures";

const acme = {
  type: "kubernetes:core/v1:Namespace",
  props: { metadata: { name: "acme", labels: { "bulkhead.dev/tenant": "acme" } } },
};

const budget = {
  type: "kubernetes:core/v1:ResourceQuota",
  props: {
    metadata: { name: "bulkhead-budget", namespace: "acme" },
    spec: {
      hard: {
        "requests.cpu": "8",
        "limits.cpu": "8",
        "requests.memory": "16Gi",
        "limits.memory": "16Gi",
        "requests.ephemeral-storage": "50Gi",
        "limits.ephemeral-storage": "50Gi",
        "requests.storage": "100Gi",
        pods: "60",
        "count/pods": "180",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
      },
    },
  },
};

const limits = {
  type: "kubernetes:core/v1:LimitRange",
  props: {
    metadata: { name: "bulkhead-limits", namespace: "acme" },
    spec: {
      limits: [
        { type: "Container", default: { cpu: "500m", memory: "256Mi" }, max: { cpu: "4", memory: "8Gi" } },
        { type: "Pod", max: { cpu: "8", memory: "16Gi" } },
      ],
    },
  },
};

const { pods, "count/pods": kept, ...rest } = budget.props.spec.hard;

export const fixtures: Fixtures = {
  good: {
    "a quota and limits": { acme, budget, limits },
    "bounds in two quotas": {
      acme,
      budget: { ...budget, props: { ...budget.props, spec: { hard: rest } } },
      count: { ...budget, props: { ...budget.props, spec: { hard: { pods, "count/pods": kept } } } },
      limits,
    },
    "a scoped quota beside it": {
      acme,
      budget,
      priority: {
        ...budget,
        props: {
          metadata: { name: "bulkhead-priority", namespace: "acme" },
          spec: { hard: { pods: "0" }, scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass" }] } },
        },
      },
      limits,
    },
  },
  bad: {
    "no quota": {
      at: ["budget", "props", "metadata", "namespace"],
      to: "globex",
      says: 'namespace-has-budget: Namespace "acme" has no bound on requests.cpu, limits.cpu, requests.memory, limits.memory, requests.ephemeral-storage, limits.ephemeral-storage, requests.storage, pods, count/pods, services.loadbalancers, services.nodeports: add it to spec.hard of a ResourceQuota without scopes.',
    },
    "a quota without memory": {
      at: ["budget", "props", "spec", "hard", "limits.memory"],
      says: 'namespace-has-budget: Namespace "acme" has no bound on limits.memory: add it to spec.hard of a ResourceQuota without scopes.',
    },
    "finished pods without end": {
      at: ["budget", "props", "spec", "hard", "count/pods"],
      says: 'namespace-has-budget: Namespace "acme" has no bound on count/pods: add it to spec.hard of a ResourceQuota without scopes.',
    },
    "a quota for some pods only": {
      of: "bounds in two quotas",
      at: ["count", "props", "spec", "scopes"],
      to: ["BestEffort"],
      says: 'namespace-has-budget: Namespace "acme" has no bound on pods, count/pods: add it to spec.hard of a ResourceQuota without scopes.',
    },
    "a quota for some classes of pods only": {
      of: "bounds in two quotas",
      at: ["count", "props", "spec", "scopeSelector"],
      to: { matchExpressions: [{ scopeName: "PriorityClass", operator: "Exists" }] },
      says: 'namespace-has-budget: Namespace "acme" has no bound on pods, count/pods: add it to spec.hard of a ResourceQuota without scopes.',
    },
    "limits for pods instead of containers": {
      at: ["limits", "props", "spec", "limits", "0", "type"],
      to: "Pod",
      says: 'namespace-has-budget: Namespace "acme" has no default of cpu and memory for containers: add it to a LimitRange item of type Container.\nnamespace-has-budget: Namespace "acme" has no max of cpu and memory for containers: add it to a LimitRange item of type Container.',
    },
    "no limits": {
      at: ["limits", "type"],
      to: "kubernetes:core/v1:ConfigMap",
      says: 'namespace-has-budget: Namespace "acme" has no default of cpu and memory for containers: add it to a LimitRange item of type Container.\nnamespace-has-budget: Namespace "acme" has no max of cpu and memory for containers: add it to a LimitRange item of type Container.',
    },
    "containers without a default": {
      at: ["limits", "props", "spec", "limits", "0", "default", "memory"],
      says: 'namespace-has-budget: Namespace "acme" has no default of memory for containers: add it to a LimitRange item of type Container.',
    },
    "containers of any size": {
      at: ["limits", "props", "spec", "limits", "0", "max"],
      says: 'namespace-has-budget: Namespace "acme" has no max of cpu and memory for containers: add it to a LimitRange item of type Container.',
    },
  },
  unknown: {
    judged: [
      ["budget", "props", "spec", "hard"],
      ["limits", "props", "spec", "limits"],
      ["limits", "props", "metadata", "namespace"],
    ],
    unread: [
      ["budget", "props", "spec", "hard", "requests.cpu"],
      ["limits", "props", "spec", "limits", "0", "max", "memory"],
      ["budget", "props", "metadata", "name"],
    ],
  },
};
