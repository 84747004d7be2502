import { z } from "zod";
import { principal } from "./aws";
import { budget, limits } from "./budget";
import { bytes, cidr, dnsLabel, dnsName, host, imagePrefix, listed, listOf, oneOf, port, word } from "./grammar";
import { image } from "./images";
import { ownCluster } from "./own-cluster";
import { scaling } from "./scaling";

export const RUNTIMES = ["native", "gvisor", "kata"] as const;
export const MODES = ["enforce", "warn"] as const;

function count(...names: unknown[]): number {
  return names.filter((name) => name !== undefined).length;
}

/** One of the ways in which somebody can be named by the API server's authenticators. */
export const subject = z
  .strictObject({
    user: word.optional().describe("User name, exactly as the API server's authenticator reports it."),
    group: word.optional().describe("Group name, exactly as the API server's authenticator reports it."),
    serviceAccount: z
      .strictObject({
        namespace: dnsLabel.describe("Full name of the account's namespace, as acme-web."),
        name: dnsName.describe("Name of the account."),
      })
      .optional()
      .describe(
        "Account of a workload: in a namespace of the tenant's own, or in one that no tenant has (a deployer of the platform).",
      ),
    principals: listOf(principal)
      .default([])
      .describe(
        "IAM roles and users that the cluster puts into the group, on EKS. Unset: none; whoever else is in it is the authenticator's business.",
      ),
    sharedWith: listOf(z.string())
      .default([])
      .describe(
        "Ids of the other tenants that name this subject, or one of its principals, as well; each of them says so too. Unset: nobody else may, because one login in two tenants is a bridge between them.",
      ),
  })
  .refine(
    ({ user, group, serviceAccount }) => count(user, group, serviceAccount) === 1,
    "has to name somebody; write exactly one of user, group, serviceAccount",
  )
  .refine(
    ({ group, principals }) => principals.length === 0 || group !== undefined,
    "names principals without a group; write the group that EKS puts them into",
  )
  .meta({
    id: "subject",
    title: "Subject",
    description: "Somebody who acts for a tenant: exactly one of user, group and serviceAccount.",
    oneOf: [{ required: ["user"] }, { required: ["group"] }, { required: ["serviceAccount"] }],
  });

const access = z.strictObject({
  admins: listOf(subject)
    .default([])
    .describe("May do all that a tenant may do in the tenant's namespaces. Unset: nobody."),
  developers: listOf(subject)
    .default([])
    .describe("As admins, without writing service accounts and disruption budgets. Unset: nobody."),
  viewers: listOf(subject)
    .default([])
    .describe("May read workloads, their logs and events; no secrets, no exec. Unset: nobody."),
});

const peer = z
  .strictObject({
    tenant: z
      .string()
      .optional()
      .describe("Every namespace of that tenant. For egress, that tenant has to list this one in its ingress."),
    namespace: dnsLabel.optional().describe("A namespace of the platform, by its exact name, as ingress-nginx."),
    cidr: cidr
      .optional()
      .describe("Addresses. Node, pod, service and link-local ranges inside it stay closed whatever it says."),
    ports: listOf(port)
      .min(1, "is an empty list; leave it out to open every port, or name the ports")
      .optional()
      .describe("TCP ports. Unset: every port and protocol."),
  })
  .refine(
    ({ tenant, namespace, cidr }) => count(tenant, namespace, cidr) === 1,
    "has to name one peer; write exactly one of tenant, namespace, cidr",
  )
  .meta({
    id: "peer",
    title: "Peer",
    description: "The other end of a flow: exactly one of tenant, namespace and cidr.",
    oneOf: [{ required: ["tenant"] }, { required: ["namespace"] }, { required: ["cidr"] }],
  });

const network = z.strictObject({
  egress: listOf(peer).default([]).describe("What pods may reach besides the tenant itself and DNS. Unset: nothing."),
  ingress: listOf(peer).default([]).describe("Who may reach the pods besides the tenant itself. Unset: nobody."),
  hosts: z
    .array(host)
    .default([])
    .describe("DNS names the tenant owns for ingress, each with everything below it. Unset: none."),
  ingressClasses: listOf(dnsName)
    .optional()
    .describe("Ingress classes the tenant may name; an empty list allows none. Unset: any the cluster has."),
});

/** Nodes of a tenant's own, with every default where nothing is written. */
export const tenantPool = z
  .strictObject({
    machines: listOf(word)
      .default([])
      .describe(
        "Machine types of the cloud, the preferred first. Unset: the platform's default. An existing cluster's nodes are what they are: nothing but min and max counts there.",
      ),
    image: image.optional().describe("Image of the nodes, on EKS; sandboxes need al2023. Unset: as platform.image."),
    scaling: scaling.optional().describe("Who makes and ends the nodes, on EKS. Unset: as platform.scaling."),
    min: z
      .int()
      .min(0)
      .default(0)
      .describe(
        "Fewest nodes. Unset: 0, so that an idle tenant costs nothing; with Karpenter no other number is possible.",
      ),
    max: z
      .int()
      .min(1, "is less than 1; a pool that may have no node runs nothing")
      .default(3)
      .describe("Most nodes. Unset: 3; pods that need a fourth wait."),
    zones: z
      .int()
      .min(1)
      .max(6)
      .default(2)
      .describe(
        "Availability zones the nodes are spread over. Unset: 2, so that one may fail. A volume stays in its zone, and cluster-autoscaler makes no node for it there: write 1 for a managed pool that has volumes and fewer nodes than zones.",
      ),
    disk: bytes
      .prefault("50Gi")
      .describe("Root disk of each node, in bytes. Unset: 50Gi, which images, logs and emptyDir share."),
    maxNodeAge: z
      .int()
      .min(1)
      .default(720)
      .describe(
        "Hours after which a node is replaced, busy or not; on EKS with scaling: karpenter only. Unset: 720, a month. Lower it for code you do not trust.",
      ),
  })
  .superRefine(({ min, max }, context) => {
    if (min > max) context.addIssue({ code: "custom", path: ["min"], message: `is more than max (${max})` });
  });

const identity = z
  .strictObject({
    namespace: dnsLabel
      .optional()
      .describe("Short name of the account's namespace, as in namespaces. Unset: the tenant's only one."),
    policies: listOf(
      z
        .string()
        .regex(
          /^arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
          "is not a policy's ARN; write it as arn:aws:iam::111122223333:policy/acme-uploads",
        ),
    )
      .min(1, "is an empty list; an identity that may do nothing is none")
      .max(10, "is longer than 10, which is as many policies as AWS attaches to a role")
      .describe("ARNs of the IAM policies that say what the workloads may do."),
  })
  .meta({
    id: "identity",
    title: "Identity",
    description: "What the pods of one service account may do in the cloud account.",
  });

const isolation = z.strictObject({
  cluster: oneOf("a kind of cluster", ["shared", "dedicated"])
    .default("shared")
    .describe(
      "`dedicated`: a control plane, network, keys and identities of its own, in a stack of its own. Unset: the API server is shared.",
    ),
  nodes: oneOf("a kind of nodes", ["shared", "dedicated"])
    .default("shared")
    .describe(
      "`dedicated`: labelled, tainted nodes on which no other tenant's pod can run. Unset: pods run beside other tenants' pods.",
    ),
  runtime: oneOf("a runtime", RUNTIMES)
    .default("native")
    .describe(
      "What stands between a pod and the node's kernel: nothing more than the container (native), gVisor, or a Kata virtual machine. Unset: native, so that whoever breaks out of a container is on the node. The others take some of the budget for each pod, as the end of the reference page says.",
    ),
  userNamespaces: oneOf("a choice", ["optional", "required"])
    .default("optional")
    .describe(
      "`required`: every pod runs in a user namespace of its own (hostUsers: false), so that root in it is nobody on the node; from Kubernetes 1.33, and only with runtime: native. Unset: as the pod says.",
    ),
});

/** A tenant as people write it, with every default filled in. */
export const tenant = z
  .strictObject({
    contact: word.optional().describe("Whom to ask; kept as an annotation on the namespaces. Unset: nobody."),
    isolation: isolation.prefault({}).describe("What the tenant shares with others, axis by axis. Unset: everything."),
    cluster: ownCluster
      .optional()
      .describe("The tenant's own cluster; only with isolation.cluster: dedicated. Unset: it has none."),
    namespaces: listOf(dnsLabel)
      .default([])
      .describe("Short names; `web` of tenant acme becomes acme-web. Unset: one namespace, named like the tenant."),
    access: access.prefault({}).describe("Who may act for the tenant. Unset: nobody but the platform's own admins."),
    budget: budget
      .prefault({})
      .describe(
        "What the tenant may use, all its namespaces together. Unset: the amounts below, never without bounds.",
      ),
    limits: limits.prefault({}).describe("Bounds of a single container. Unset: the amounts below."),
    network: network.prefault({}).describe("Flows across the tenant's border. Unset: none in, none out but DNS."),
    images: listOf(imagePrefix)
      .min(1, "is an empty list, which would allow every registry; name the prefixes or remove the key")
      .default([])
      .describe("Registry prefixes that images may come from. Unset: any registry."),
    storageClasses: listOf(dnsName)
      .optional()
      .describe("Storage classes the tenant may use; an empty list allows none. Unset: any the cluster has."),
    pool: tenantPool
      .optional()
      .describe(
        "Size and shape of the tenant's own nodes; only with isolation.nodes: dedicated. Unset: the amounts below, where Bulkhead makes the nodes; on an existing cluster only min and max count.",
      ),
    identities: z
      .record(dnsName, identity)
      .default({})
      .describe(
        "Rights in the cloud account, by the name of the service account that gets them; on EKS only. Unset: none, whatever the node may do.",
      ),
    tokenAudiences: listOf(listed)
      .default([])
      .describe(
        "For whom tokens of the tenant's accounts may be made besides the API server, as vault. Whoever trusts the cluster's issuer has to look at the account too. Unset: nobody; with identities, EKS itself.",
      ),
    guardrails: oneOf("a mode", MODES)
      .optional()
      .describe(
        "`warn`: what would be refused in the tenant's namespaces is admitted with a warning, and nothing is filled in. Unset: as guardrails.mode.",
      ),
    state: oneOf("a state", ["active", "frozen", "leaving"])
      .default("active")
      .describe(
        "`frozen`: what runs goes on, no new object is made. `leaving`: no pod starts either, things may only be removed. Unset: active.",
      ),
  })
  .meta({ id: "tenant", title: "Tenant", description: "One tenant; every field may be left out." });
