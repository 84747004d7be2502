import { expect } from "chai";
import { ACTIONS, deployerStatements } from "../../../../components/cluster/eks/deployer.plan";
import { KARPENTER, onEks } from "../../../support/eks";
import { registeredProgram } from "../../../support/program";

const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";
const ROLES = ["arn:*:iam::*:role/bulkhead/*", "arn:*:iam::*:instance-profile/bulkhead/*"];

/** Statements in which an action is allowed, without their other actions. */
function allowing(action: string, boundary?: string) {
  return deployerStatements(boundary)
    .filter(({ Action }) => Action.includes(action))
    .map(({ Action: _, ...rest }) => rest);
}

describe("the rights of whoever deploys", () => {
  it("write roles and instance profiles below /bulkhead/ and nowhere else in the account", () => {
    for (const action of [
      "iam:AddRoleToInstanceProfile",
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DetachRolePolicy",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UpdateAssumeRolePolicy",
    ]) {
      expect(allowing(action), action).to.deep.equal([{ Effect: "Allow", Resource: ROLES }]);
    }
  });

  it("give only such roles away, and only to services that machines, clusters and pods get theirs from", () => {
    expect(allowing("iam:PassRole")).to.deep.equal([
      {
        Effect: "Allow",
        Resource: ["arn:*:iam::*:role/bulkhead/*"],
        Condition: {
          StringEquals: {
            "iam:PassedToService": [
              "ec2.amazonaws.com",
              "eks.amazonaws.com",
              "pods.eks.amazonaws.com",
              "vpc-flow-logs.amazonaws.com",
            ],
          },
        },
      },
    ]);
  });

  it("reach every role that the program makes: each lies there, and each profile", async () => {
    const tenants = {
      acme: { isolation: { nodes: "dedicated" } },
      globex: { isolation: { nodes: "dedicated" }, pool: { scaling: "karpenter" } },
      initech: { identities: { up: { policies: ["arn:aws:iam::111122223333:policy/up"] } } },
    };
    const { resources } = await registeredProgram(onEks(tenants, { karpenter: KARPENTER }));
    const lying = resources.filter(({ type }) => /^aws:iam\/(role:Role|instanceProfile:InstanceProfile)$/.test(type));
    const paths = lying.map(({ name, inputs }) => [name, inputs.path]);
    expect(Object.fromEntries(paths)).to.deep.equal({
      cluster: "/bulkhead/staging/",
      "cluster-flows": "/bulkhead/staging/",
      "cluster-vpc-cni": "/bulkhead/staging/",
      "cluster-aws-ebs-csi-driver": "/bulkhead/staging/",
      "cluster-autoscaler": "/bulkhead/staging/",
      "cluster-karpenter": "/bulkhead/staging/",
      "cluster-system-node": "/bulkhead/staging/",
      "cluster-shared-node": "/bulkhead/staging/",
      "cluster-acme-node": "/bulkhead/staging/",
      "cluster-globex-node": "/bulkhead/staging/nodes/",
      "cluster-globex": "/bulkhead/staging/nodes/",
      "initech/up": "/bulkhead/staging/",
    });
  });

  it("read any role: who deploys is told from its session by the role, which lies elsewhere", () => {
    const everywhere = [{ Effect: "Allow", Resource: "*" }];
    for (const action of ["iam:GetRole", "iam:ListRolePolicies"]) expect(allowing(action)).to.deep.equal(everywhere);
  });

  it("give rights to roles with the platform's boundary alone where there is one, and take no boundary off", () => {
    const bounded = {
      Effect: "Allow",
      Resource: ROLES,
      Condition: { StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/boundary" } },
    };
    for (const action of [
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
    ]) {
      expect(allowing(action, BOUNDARY), action).to.deep.equal([bounded]);
    }
    expect(allowing("iam:DeleteRolePermissionsBoundary", BOUNDARY)).to.deep.equal([]);
    expect(allowing("iam:DeleteRolePermissionsBoundary")).to.have.length(1);
    expect(allowing("iam:DeleteRole", BOUNDARY)).to.deep.equal([{ Effect: "Allow", Resource: ROLES }]);
  });

  it("end, change and let people into what carries the tag of a cluster, and nothing else", () => {
    const tagged = {
      Effect: "Allow",
      Resource: "*",
      Condition: { StringLike: { "aws:ResourceTag/bulkhead.dev/cluster": "*" } },
    };
    for (const action of [
      "ec2:DeleteNatGateway",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteSubnet",
      "ec2:DeleteVpc",
      "ec2:ReleaseAddress",
      "eks:AssociateAccessPolicy",
      "eks:CreateAccessEntry",
      "eks:DeleteCluster",
      "eks:DeleteNodegroup",
      "eks:UpdateClusterConfig",
      "eks:UpdateClusterVersion",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
    ]) {
      expect(allowing(action), action).to.deep.equal([tagged]);
    }
  });

  it("are all that each resource needs, each once", () => {
    const wanted = [...new Set(Object.values(ACTIONS).flat())];
    for (const action of wanted) expect(allowing(action), action).to.have.length(1);
    const bounded = wanted.filter((action) => allowing(action, BOUNDARY).length !== 1);
    expect(bounded).to.deep.equal(["iam:DeleteRolePermissionsBoundary"]);
  });

  it("fit into one policy of IAM's, which has 6144 characters without white space", () => {
    for (const boundary of [undefined, BOUNDARY]) {
      const text = JSON.stringify({ Version: "2012-10-17", Statement: deployerStatements(boundary) });
      expect(text.length).to.be.at.most(6144);
    }
  });
});
