import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deployerStatements } from "../components/cluster/eks/deployer.plan";

export const DEPLOYER_POLICY = join(__dirname, "..", "docs", "reference", "eks-deployer-policy.json");

/** The IAM policy of whoever deploys a cluster on EKS, as AWS takes it. */
export function deployerPolicy(): string {
  return `${JSON.stringify({ Version: "2012-10-17", Statement: deployerStatements() }, undefined, 2)}\n`;
}

if (require.main === module) writeFileSync(DEPLOYER_POLICY, deployerPolicy());
