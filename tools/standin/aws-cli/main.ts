import { parseArgs } from "node:util";
import { folderOfCluster } from "../../controlplane/clusters";
import { tokenOf } from "../../controlplane/credentials";
import { layoutOf } from "../../controlplane/layout";
import { DEPLOYER_ROLE, iamArn } from "../aws/account";
import { text, texts } from "../aws/kind";
import { ACCESS_ENTRY } from "../aws/kinds/tokens";
import { Store } from "../aws/store";

const USAGE = "aws --region REGION eks get-token --cluster-name NAME [--output json]";

/** What nobody is known by: the API server answers 401, as EKS does to whom no access entry names. */
const STRANGER = "k8s-aws-v1.stranger";

/** Milliseconds for which a credential is good. EKS gives 14 minutes; here an access entry may change meanwhile. */
const LIFETIME = 60_000;

/** Stand-in for `aws eks get-token`, which is all that a kubeconfig for EKS asks of the AWS CLI. */
function main(args: string[], folder: string | undefined): void {
  const options = {
    region: { type: "string" },
    "cluster-name": { type: "string" },
    output: { type: "string" },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const cluster = values["cluster-name"];
  if (positionals.join(" ") !== "eks get-token" || cluster === undefined || folder === undefined) {
    throw new Error(`this stand-in knows only: ${USAGE}`);
  }
  const status = { token: token(folder, cluster), expirationTimestamp: new Date(Date.now() + LIFETIME).toISOString() };
  const credential = { kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1", spec: {}, status };
  process.stdout.write(`${JSON.stringify(credential)}\n`);
}

/** The API server's users are fixed when it starts, so which of them the deployer is depends on the access entry. */
function token(folder: string, cluster: string): string {
  const entry = new Store(folder).read().get(ACCESS_ENTRY, `${cluster}:${iamArn(`role/${DEPLOYER_ROLE}`)}`);
  if (text(entry?.inputs, "type") !== "STANDARD") return STRANGER;
  const grouped = texts(entry?.inputs, "kubernetesGroups").includes("bulkhead:platform");
  return tokenOf(layoutOf(folderOfCluster(folder, cluster)), grouped ? "deployer-in-group" : "deployer");
}

try {
  main(process.argv.slice(2), process.env.BULKHEAD_FOLDER);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 252;
}
