import type { Untestable } from "./attack";

/** Threats that no request to an API server can show, and where the answer to each is found instead. */
export const BEYOND: readonly Untestable[] = [
  [
    "T16",
    "a default priority that refuses every pod",
    "not an attack: every control of the catalogue would be refused",
  ],
  [
    "T24",
    "a node pool that takes any tenant's value",
    "a matter of the cloud's pools: judged before the deployment, by the policy pack",
  ],
  ["T38", "lower one's own Pod Security", "the same as T60"],
  [
    "T49",
    "meet another tenant's files by the same user id",
    "no ranges of user ids are given out; volumes are not shared between tenants",
  ],
  ["T50", "break the kernel", "only a real node can show it; runtime gvisor or kata answers it"],
  [
    "T58",
    "act as an account of the own namespace",
    "legal; that no such account has rights elsewhere is derived from the live bindings",
  ],
  [
    "T59",
    "grow by a role that add-ons aggregate to",
    "no built-in role is bound, and T53 tries every right that the role does not spell out; Bulkhead's own tests install such a role",
  ],
  ["T74", "be mistaken for somebody by one's name", "refused when the stack file is read"],
  [
    "T75",
    "learn which kinds and classes there are",
    "not claimed: discovery is open to everybody on a shared control plane",
  ],
  ["T79", "wear a label that a network policy trusts", "derived: peers are selected by names that the API server sets"],
  ["T80", "reach a neighbour's pod", "derived from the policies; only packets on real nodes can show it"],
  ["T81", "reach the cloud's metadata", "derived from the policies; only packets on real nodes can show it"],
  ["T82", "reach kubelets and node agents", "derived from the policies; only packets on real nodes can show it"],
  ["T94", "list names by DNS", "not claimed on a shared cluster"],
  ["T96", "use the moment before a network policy acts", "only packets on real nodes can show it"],
  [
    "T97",
    "use the moment after a network policy is gone",
    "a matter of order: guards are removed with the namespace, after its pods",
  ],
  ["T102", "share one export for all", "a matter of the cloud's file systems"],
  ["T104", "have an operator act for oneself", "depends on the operators; T51 and T52 try every kind they serve"],
  ["T109", "start processes without end", "a setting of the kubelet; only a real node can show it"],
  [
    "T110",
    "make objects without end",
    "derived: every kind that may be written is counted. Filling a quota would be no dry run; Bulkhead's own tests exceed each amount by one",
  ],
  [
    "T113",
    "flood the API server",
    "would be an outage, not a dry run. Not claimed: the server's fairness keeps users apart, not tenants",
  ],
  ["T119", "install kinds, webhooks and policies", "among the kinds that T51 tries"],
  ["T120", "be the service behind a platform's webhook", "judged before the deployment, by the policy pack"],
  [
    "T121",
    "tamper with what a policy reads",
    "policies read nothing that is in a namespace; the Namespace itself T60 tries to write",
  ],
  [
    "T123",
    "be faster than the guards",
    "a matter of order, since rights come last; Bulkhead's own tests attack a namespace while it is made",
  ],
  ["T129", "use an agent's token from one's node", "depends on the agents of the cluster"],
  [
    "T130",
    "relabel an own node into a neighbour's pool",
    "a matter of the cloud's pools; T125 shows which labels a node may not set",
  ],
  ["T131", "use the node's cloud role", "a matter of the cloud's identities"],
  ["T133", "be somebody in another cluster by the same name", "a matter of the cloud's identities"],
  ["T134", "have rights that RBAC does not show", "a matter of the cloud's identities"],
  ["T135", "meet in a shared network or key", "a matter of tenants with a cluster of their own"],
  ["X-NP-2", "reach whom one must not", "derived: the matrix of who reaches whom"],
  ["X-PO-1", "do what a tenant does all day", "legal: the controls"],
  ["X-EX-1", "find something of a tenant that has left", "looked for among what the estate does not know"],
].map(([id = "", title = "", reason = ""]) => ({ id, title, reason }));
