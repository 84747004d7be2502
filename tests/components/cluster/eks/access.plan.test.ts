import { expect } from "chai";
import { accountProblems, deployerProblems } from "../../../../components/cluster/eks/access.plan";
import { formatProblem } from "../../../../config/problems";
import type { EksPlatform } from "../../../../config/schema";
import { EKS } from "../../../support/eks";
import { estateOf } from "../../../support/estate";

const platform = estateOf({ platform: EKS, tenants: { acme: {} } }).platform as EksPlatform;

describe("before anything is made in an account", () => {
  it("whoever deploys is one of the administrators", () => {
    expect(deployerProblems(platform, "arn:aws:iam::111122223333:role/platform")).to.deep.equal([]);
    expect(deployerProblems(platform, "arn:aws:iam::111122223333:role/ops").map(formatProblem)).to.deep.equal([
      'platform.admins: ["arn:aws:iam::111122223333:role/platform"] does not name you, and nobody but those named reaches the cluster\'s API; AWS sees you as arn:aws:iam::111122223333:role/ops: add that, or deploy as one of them',
    ]);
  });

  it("it has the role that keys of disks name, which a fresh account has not", () => {
    expect(accountProblems(platform, ["AWSServiceRoleForAutoScaling"])).to.deep.equal([]);
    expect(accountProblems(platform, []).map(formatProblem)).to.deep.equal([
      "platform: needs the role AWSServiceRoleForAutoScaling, which account 111122223333 does not have yet: the keys of the nodes' disks name it, and KMS takes no key that names nobody; make it once: aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com",
    ]);
  });
});
