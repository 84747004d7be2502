import { z } from "zod";
import type { budget } from "./budget";
import type { eks } from "./eks";
import { tenantId } from "./grammar";
import { guardrails } from "./guardrails";
import type { IMAGES } from "./images";
import { parent } from "./own-cluster";
import { type existing, platform } from "./platform";
import type { SCALINGS } from "./scaling";
import { type RUNTIMES, type subject, tenant } from "./tenant";

/*
 * The one source of types, validation, JSON Schema and docs/reference. Every description says what the field does
 * and what happens when it is left out. Checks that need a second field or a second tenant are in crosschecks/.
 */

export { ADDONS } from "./eks";
export { guardrails } from "./guardrails";
export { parent } from "./own-cluster";
export { existing, platform } from "./platform";
export { subject, tenant, tenantPool } from "./tenant";
export { VPC_CIDR } from "./vpc";

/** Everything a stack may say, under `bulkhead:` each. */
export const stack = z.strictObject({
  platform: platform
    .optional()
    .describe("The cluster that the tenants share. Unset: the control plane that `npm start` runs on this machine."),
  tenants: z
    .record(tenantId, tenant.nullable())
    .optional()
    .describe(
      "Tenants by id; an id with nothing after it is a tenant with every default. Unset: those of tenantsFolder.",
    ),
  tenantsFolder: z
    .string()
    .optional()
    .describe(
      "Folder, relative to the project, with one YAML file per tenant: acme.yaml holds the fields of tenant acme. Unset: none.",
    ),
  defaults: tenant
    .optional()
    .describe(
      "What every tenant gets that does not say otherwise: maps are merged, lists are replaced whole. Unset: the defaults below.",
    ),
  guardrails: guardrails.optional().describe("How strictly the guardrails act. Unset: they enforce, everywhere."),
  parent: parent
    .optional()
    .describe(
      "Stack that gives this one its only tenant; npx bulkhead stacks writes it. Unset: the tenants are this stack's own.",
    ),
});

export type TenantSpec = z.output<typeof tenant>;
export type TenantInput = z.input<typeof tenant>;
export type Subject = z.output<typeof subject>;
/** Somebody, as the API server's authenticators report them. */
export type Login = Pick<Subject, "user" | "group" | "serviceAccount">;
export type Peer = TenantSpec["network"]["egress"][number];
export type Budget = z.output<typeof budget>;
export type Share = Budget["split"][string];
export type PoolSpec = NonNullable<TenantSpec["pool"]>;
export type OwnClusterSpec = NonNullable<TenantSpec["cluster"]>;
export type Parent = z.output<typeof parent>;
export type Platform = z.output<typeof platform>;
export type EksPlatform = z.output<typeof eks>;
export type Image = (typeof IMAGES)[number];
export type Scaling = (typeof SCALINGS)[number];
export type Karpenter = NonNullable<EksPlatform["karpenter"]>;
export type Kata = EksPlatform["sandbox"]["kata"];
export type GvisorRelease = EksPlatform["sandbox"]["gvisor"];
export type ExistingPlatform = z.output<typeof existing>;
export type ExistingPool = NonNullable<ExistingPlatform["pools"]>[string];
export type Guardrails = z.output<typeof guardrails>;
export type Runtime = (typeof RUNTIMES)[number];
