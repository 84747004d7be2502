import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deployerStatements } from "../components/cluster/eks/deployer.plan";

const REFERENCE = join(__dirname, "..", "docs", "reference");

/** Boundary of the platform in the example; people write their own in its place. */
const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";

/** The IAM policies of whoever deploys a cluster on EKS, as AWS takes them, by file. */
export function deployerPolicies(): ReadonlyMap<string, string> {
  return new Map([
    [join(REFERENCE, "eks-deployer-policy.json"), policyOf(undefined)],
    [join(REFERENCE, "eks-deployer-policy-bounded.json"), policyOf(BOUNDARY)],
  ]);
}

function policyOf(boundary: string | undefined): string {
  return `${JSON.stringify({ Version: "2012-10-17", Statement: deployerStatements(boundary) }, undefined, 2)}\n`;
}

if (require.main === module) {
  for (const [file, text] of deployerPolicies()) writeFileSync(file, text);
}
