import type { Fixtures } from "../fixtures";

const CLUSTER = "arn:aws:eks:eu-central-1:111122223333:cluster/staging";
const PIN = {
  "aws:RequestTag/eks-cluster-arn": CLUSTER,
  "aws:RequestTag/kubernetes-namespace": "acme-web",
  "aws:RequestTag/kubernetes-service-account": "uploader",
};

const trust = (principal: object, condition?: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principal,
        Action: ["sts:AssumeRole", "sts:TagSession"],
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  });
const PODS = { Service: "pods.eks.amazonaws.com" };
const pinned = (pin: object) => trust(PODS, { StringEquals: pin });

const role = {
  type: "aws:iam/role:Role",
  props: { assumeRolePolicy: pinned(PIN), tags: { "bulkhead.dev/tenant": "acme" } },
};

const association = {
  type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  props: { namespace: "acme-web", serviceAccount: "uploader", disableSessionTags: false },
};

const without = (key: keyof typeof PIN) => Object.fromEntries(Object.entries(PIN).filter(([name]) => name !== key));
const at = ["role", "props", "assumeRolePolicy"] as const;

export const fixtures: Fixtures = {
  good: {
    "a tenant's role that is pinned, and its association": { role, association },
    "a role of the platform's own pods": {
      role: {
        ...role,
        props: { assumeRolePolicy: pinned({ ...PIN, "aws:RequestTag/kubernetes-namespace": "kube-system" }) },
      },
    },
    "a role of machines": { role: { ...role, props: { assumeRolePolicy: trust({ Service: "ec2.amazonaws.com" }) } } },
    "a tenant's role that also denies": {
      role: {
        ...role,
        props: {
          ...role.props,
          assumeRolePolicy: JSON.stringify({
            Statement: [...JSON.parse(pinned(PIN)).Statement, { Effect: "Deny", Principal: { AWS: "*" } }],
          }),
        },
      },
    },
  },
  bad: {
    "pods of any cluster": {
      at,
      to: pinned(without("aws:RequestTag/eks-cluster-arn")),
      says: 'Role "role" lets in pods of any eks-cluster-arn: ask for one by StringEquals.',
    },
    "pods of any namespace": {
      at,
      to: pinned(without("aws:RequestTag/kubernetes-namespace")),
      says: 'Role "role" lets in pods of any kubernetes-namespace: ask for one by StringEquals.',
    },
    "pods of two accounts": {
      at,
      to: pinned({ ...PIN, "aws:RequestTag/kubernetes-service-account": ["uploader", "default"] }),
      says: 'Role "role" lets in pods of any kubernetes-service-account: ask for one by StringEquals.',
    },
    "pods that are only like some": {
      at,
      to: trust(PODS, { StringLike: PIN }),
      says: [
        'Role "role" lets in pods of any eks-cluster-arn: ask for one by StringEquals.',
        'Role "role" lets in pods of any kubernetes-namespace: ask for one by StringEquals.',
        'Role "role" lets in pods of any kubernetes-service-account: ask for one by StringEquals.',
      ].join("\n"),
    },
    "pods of the platform without a pin": {
      of: "a role of the platform's own pods",
      at,
      to: pinned(without("aws:RequestTag/kubernetes-service-account")),
      says: 'Role "role" lets in pods of any kubernetes-service-account: ask for one by StringEquals.',
    },
    "another tenant's pods": {
      at,
      to: pinned({ ...PIN, "aws:RequestTag/kubernetes-namespace": "globex-web" }),
      says: 'Role "role" of tenant acme lets in pods of globex-web: name a namespace of that tenant.',
    },
    "somebody of the account": {
      at,
      to: trust({ AWS: "arn:aws:iam::111122223333:root" }),
      says: 'Role "role" of tenant acme trusts others than pods: take that statement out of its trust.',
    },
    "everybody, beside those who are named": {
      at,
      to: trust({ AWS: ["arn:aws:iam::111122223333:root", "*"] }),
      says: 'Role "role" trusts whoever asks: name whom, and never by * or NotPrincipal.',
    },
    "everybody, though only the platform's role": {
      of: "a role of the platform's own pods",
      at,
      to: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" } }),
      says: 'Role "role" trusts whoever asks: name whom, and never by * or NotPrincipal.',
    },
    "everybody but one": {
      at,
      to: JSON.stringify({
        Statement: [
          { Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" },
        ],
      }),
      says: 'Role "role" trusts whoever asks: name whom, and never by * or NotPrincipal.',
    },
    "an association without session tags": {
      at: ["association", "props", "disableSessionTags"],
      to: true,
      says: 'PodIdentityAssociation "association" turns session tags off: leave them on, so that a role can tell whose pods it serves.',
    },
  },
  unknown: {
    judged: [at, ["association", "props", "disableSessionTags"]],
    unread: [
      ["association", "props", "namespace"],
      ["association", "props", "serviceAccount"],
    ],
  },
};
