import { expect } from "chai";
import { identityAccounts, planIdentities } from "../../../components/identity/plan";
import { onEks } from "../../support/eks";
import { estateOf } from "../../support/estate";

const UPLOADS = "arn:aws:iam::111122223333:policy/acme-uploads";
const TENANTS = {
  acme: { namespaces: ["web", "batch"], identities: { uploader: { namespace: "web", policies: [UPLOADS] } } },
  globex: {},
};

describe("a workload's identity", () => {
  const estate = estateOf(onEks(TENANTS));
  const [identity] = planIdentities(estate);

  it("is a role that pods of one account in one namespace of one cluster take", () => {
    expect(identity).to.deep.include({
      tenant: "acme",
      namespace: "acme-web",
      account: "uploader",
      policies: [UPLOADS],
    });
    expect(JSON.parse(identity?.trust ?? "{}")).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:111122223333:cluster/staging",
              "aws:RequestTag/kubernetes-namespace": "acme-web",
              "aws:RequestTag/kubernetes-service-account": "uploader",
            },
          },
        },
      ],
    });
  });

  it("may never write rights, become another role of the account, or touch what clusters are made of", () => {
    const denied = (tag: string) => ({
      Effect: "Deny",
      Action: ["*"],
      Resource: "*",
      Condition: { Null: { [`aws:ResourceTag/${tag}`]: "false" } },
    });
    expect(JSON.parse(identity?.denials ?? "{}")).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Deny", Action: ["iam:*", "eks:*", "eks-auth:*", "organizations:*", "account:*"], Resource: "*" },
        { Effect: "Deny", Action: ["sts:AssumeRole"], Resource: "arn:aws:iam::111122223333:role/*" },
        denied("bulkhead.dev/cluster"),
        denied("bulkhead.dev/pool"),
        denied("eks:cluster-name"),
        denied("aws:eks:cluster-name"),
        denied("ebs.csi.aws.com/cluster"),
        denied("cluster.k8s.amazonaws.com/name"),
      ],
    });
  });

  it("belongs to an account that is made, with no token for the API server", () => {
    const [acme] = estate.tenants;
    if (!acme) throw new Error("no tenant");
    expect(identityAccounts(acme, "acme-batch")).to.deep.equal([]);
    expect(identityAccounts(acme, "acme-web")).to.deep.equal([
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "uploader", namespace: "acme-web", labels: { "app.kubernetes.io/managed-by": "bulkhead" } },
        automountServiceAccountToken: false,
      },
    ]);
  });
});
