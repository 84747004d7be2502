import { expect } from "chai";
import {
  chartPlan,
  controllerRights,
  controllerValues,
  type KarpenterPlatform,
  nodeRolePath,
  queuePolicy,
} from "../../../components/pool/controller.plan";
import { CUT_OFF, KARPENTER, onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const platformWith = (platform: object = {}) =>
  estateOf(onEks({ acme: {} }, { karpenter: KARPENTER, ...platform })).platform as KarpenterPlatform;

const QUEUE = "arn:aws:sqs:eu-central-1:111122223333:staging";

interface Statement {
  readonly Action: string[];
  readonly Resource: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const { Statement: statements } = JSON.parse(controllerRights(platformWith(), QUEUE)) as { Statement: Statement[] };

const thatMay = (action: string) => statements.filter(({ Action }) => Action.includes(action));

describe("what Karpenter may do in the account", () => {
  it("ends nothing but what it made for this cluster", () => {
    for (const action of ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"]) {
      expect(
        thatMay(action).map(({ Condition }) => Condition),
        action,
      ).to.deep.equal([
        {
          StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/staging": "owned" },
          StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
        },
      ]);
    }
  });

  it("makes machines, disks and interfaces only with the tags by which it may end them", () => {
    const made = thatMay("ec2:RunInstances").filter(({ Resource }) => String(Resource).includes(":instance/*"));
    expect(made.map(({ Condition }) => Condition)).to.deep.equal([
      {
        StringEquals: {
          "aws:RequestTag/kubernetes.io/cluster/staging": "owned",
          "aws:RequestTag/eks:eks-cluster-name": "staging",
        },
        StringLike: { "aws:RequestTag/karpenter.sh/nodepool": "*" },
      },
    ]);
    for (const { Condition } of thatMay("ec2:CreateTags")) {
      expect(JSON.stringify(Condition)).to.include('kubernetes.io/cluster/staging":"owned"');
    }
  });

  it("gives machines no role but those of this cluster's pools, and writes no role, profile or policy", () => {
    expect(thatMay("iam:PassRole")).to.have.length(1);
    expect(thatMay("iam:PassRole")[0]?.Resource).to.equal("arn:aws:iam::111122223333:role/bulkhead/staging/nodes/*");
    expect(nodeRolePath({ name: "staging" })).to.equal("/bulkhead/staging/nodes/");
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith("iam:"));
    expect(actions).to.deep.equal(["iam:ListInstanceProfiles", "iam:GetInstanceProfile", "iam:PassRole"]);
  });

  it("uses keys of this cluster only, and only as EC2 does for a disk", () => {
    const keys = statements.filter(({ Action }) => Action.some((action) => action.startsWith("kms:")));
    for (const { Condition } of keys) {
      expect(Condition?.StringEquals).to.deep.equal({
        "kms:ViaService": "ec2.eu-central-1.amazonaws.com",
        "aws:ResourceTag/bulkhead.dev/cluster": "staging",
      });
    }
    expect(thatMay("kms:CreateGrant")[0]?.Condition?.Bool).to.deep.equal({ "kms:GrantIsForAWSResource": "true" });
  });

  it("changes nothing that is not bound to the cluster", () => {
    const reading = /:(Describe|Get|List)/;
    const unbound = statements.filter(({ Condition }) => Condition === undefined).flatMap(({ Action }) => Action);
    expect(unbound.filter((action) => !reading.test(action))).to.deep.equal([
      // What machines are started from: images, snapshots, groups and subnets.
      "ec2:RunInstances",
      "ec2:CreateFleet",
      // Of the queue that is its own.
      "sqs:DeleteMessage",
      "sqs:ReceiveMessage",
    ]);
    expect(thatMay("sqs:ReceiveMessage")[0]?.Resource).to.equal(QUEUE);
  });

  it("fits into a role: 10240 characters are as many as IAM takes", () => {
    expect(controllerRights(platformWith({ name: "x".repeat(60) }), QUEUE).length).to.be.lessThan(10_240);
  });
});

describe("the queue of Karpenter", () => {
  it("takes messages of its own rules only, and nothing in the clear", () => {
    expect(JSON.parse(queuePolicy(QUEUE, ["arn:rule/health"])).Statement).to.deep.equal([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: QUEUE,
        Condition: { ArnEquals: { "aws:SourceArn": ["arn:rule/health"] } },
      },
      {
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sqs:*",
        Resource: QUEUE,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });
});

describe("Karpenter as it is installed", () => {
  it("is the charts and the image of one release, from one place", () => {
    expect(chartPlan("karpenter-crd", platformWith())).to.deep.equal({
      name: "karpenter-crd",
      chart: "oci://public.ecr.aws/karpenter/karpenter-crd",
      version: "1.14.1",
      namespace: "kube-system",
    });
    const mirror = platformWith({ karpenter: { ...KARPENTER, source: "oci://mirror.example.com/karpenter" } });
    expect(chartPlan("karpenter", mirror).chart).to.equal("oci://mirror.example.com/karpenter/karpenter");
    expect(controllerValues(mirror, "queue").controller.image.repository).to.equal(
      "mirror.example.com/karpenter/controller",
    );
  });

  it("runs on the cluster's own nodes, twice where there is room", () => {
    expect(controllerValues(platformWith(), "queue")).to.deep.equal({
      replicas: 2,
      serviceAccount: { name: "karpenter" },
      nodeSelector: { "bulkhead.dev/pool": "system" },
      tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists", effect: "NoSchedule" }],
      controller: {
        image: { repository: "public.ecr.aws/karpenter/controller" },
        resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
      },
      settings: { clusterName: "staging", interruptionQueue: "queue" },
    });
    expect(controllerValues(platformWith({ system: { min: 1 } }), "queue").replicas).to.equal(1);
  });

  it("asks for no prices where there is no way to them", () => {
    const source = "oci://mirror.example.com/karpenter";
    const { settings } = controllerValues(platformWith({ ...CUT_OFF, karpenter: { ...KARPENTER, source } }), "queue");
    expect(settings).to.deep.equal({ clusterName: "staging", interruptionQueue: "queue", isolatedVPC: true });
  });
});
