import type { Kind } from "../kind";
import { accessEntry, accessPolicyAssociation } from "./access";
import { addon, podIdentityAssociation } from "./addons";
import { autoscalingTag } from "./autoscaling";
import { cluster } from "./cluster";
import { flowLog, vpcEndpoint } from "./endpoints";
import { eventRule, eventTarget, queue, queuePolicy } from "./events";
import { address, internetGateway, natGateway } from "./gateways";
import { instanceProfile, openIdConnectProvider, policy, role, rolePolicy, rolePolicyAttachment } from "./identity";
import { alias, key, logGroup } from "./keys";
import { launchTemplate } from "./launch-templates";
import { subnet, vpc } from "./network";
import { nodeGroup } from "./node-groups";
import { route, routeTable, routeTableAssociation } from "./routes";
import { defaultSecurityGroup, egressRule, ingressRule, securityGroup } from "./security-groups";

/** Everything that this cloud has. */
export const KINDS: readonly Kind[] = [
  vpc,
  subnet,
  internetGateway,
  address,
  natGateway,
  routeTable,
  route,
  routeTableAssociation,
  securityGroup,
  defaultSecurityGroup,
  ingressRule,
  egressRule,
  vpcEndpoint,
  flowLog,
  launchTemplate,
  role,
  rolePolicy,
  policy,
  rolePolicyAttachment,
  instanceProfile,
  openIdConnectProvider,
  key,
  alias,
  logGroup,
  eventRule,
  eventTarget,
  queue,
  queuePolicy,
  cluster,
  nodeGroup,
  addon,
  accessEntry,
  accessPolicyAssociation,
  podIdentityAssociation,
  autoscalingTag,
];

const BY_TOKEN = new Map(KINDS.map((kind) => [kind.token, kind]));

export function kindAt(token: string): Kind | undefined {
  return BY_TOKEN.get(token);
}
