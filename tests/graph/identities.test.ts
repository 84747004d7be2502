import { expect } from "chai";
import { KARPENTER, onEks } from "../support/eks";
import { type RegisteredResource, registeredProgram } from "../support/program";

const ROLE = "aws:iam/role:Role";
const OWN_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const UPLOADS = "arn:aws:iam::111122223333:policy/acme-uploads";
const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";

describe("roles in the account that pods take", () => {
  let resources: readonly RegisteredResource[];
  before(async () => {
    const acme = { namespaces: ["web"], identities: { uploader: { policies: [UPLOADS] } } };
    const platform = { karpenter: KARPENTER, permissionsBoundary: BOUNDARY };
    ({ resources } = await registeredProgram(onEks({ acme }, platform)));
  });

  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  function one(type: string, name: string): RegisteredResource {
    const found = ofType(type).filter((resource) => resource.name === name);
    expect(found, `${type} ${name}`).to.have.length(1);
    return found[0] as RegisteredResource;
  }

  it("each trust pods of one account in one namespace of this cluster, the platform's own too", () => {
    const pinned = ofType(ROLE).flatMap(({ name, inputs }) => {
      const [statement, ...more] = JSON.parse(String(inputs.assumeRolePolicy)).Statement;
      if (statement.Principal.Service !== "pods.eks.amazonaws.com") return [];
      expect(more, name).to.deep.equal([]);
      const asked = statement.Condition.StringEquals;
      expect(asked["aws:RequestTag/eks-cluster-arn"]).to.equal("arn:aws:eks:eu-central-1:111122223333:cluster/staging");
      const account = asked["aws:RequestTag/kubernetes-service-account"];
      return [`${asked["aws:RequestTag/kubernetes-namespace"]}/${account}`];
    });
    expect(pinned.sort()).to.deep.equal([
      "acme-web/uploader",
      "kube-system/aws-node",
      "kube-system/cluster-autoscaler",
      "kube-system/ebs-csi-controller-sa",
      "kube-system/karpenter",
    ]);
  });

  it("of a tenant have their denials before their rights, and pods have them after both", () => {
    const denials = one(OWN_POLICY, "acme-web/uploader");
    expect(denials.inputs.name).to.equal("denials");
    const rights = one(ATTACHMENT, "acme-web/uploader/111122223333/policy/acme-uploads");
    expect(JSON.parse(String(denials.inputs.policy)).Statement[0]).to.deep.include({ Effect: "Deny", Resource: "*" });
    expect(rights.dependsOn).to.include(denials.urn);
    expect(rights.inputs.policyArn).to.equal(UPLOADS);
    const association = one(ASSOCIATION, "acme-web/uploader");
    expect(association.dependsOn).to.include(rights.urn);
    expect(association.inputs).to.deep.include({ namespace: "acme-web", serviceAccount: "uploader" });
  });

  it("of a tenant keep the tags on their sessions, and stay within the platform's boundary", () => {
    expect(one(ASSOCIATION, "acme-web/uploader").inputs.disableSessionTags).to.equal(false);
    expect(one(ROLE, "acme-web/uploader").inputs).to.deep.include({
      // IAM takes no slash in a name, and Pulumi would take the resource's.
      namePrefix: "acme-web-uploader-",
      permissionsBoundary: BOUNDARY,
      tags: { "bulkhead.dev/tenant": "acme" },
    });
    for (const { inputs, name } of ofType(ROLE)) expect(inputs.permissionsBoundary, name).to.equal(BOUNDARY);
  });
});
