import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { components, type Toolchain } from "../../../tools/toolchain";
import { Checkout } from "./checkout";

/** A write request that the API server has answered. */
export interface Write {
  readonly verb: string;
  /** Who sent it; for an impersonated request, who was impersonated. */
  readonly user: string;
  /** As `resourcequotas/status acme/bulkhead-budget`. */
  readonly object: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly code: number;
  readonly dryRun: boolean;
  /** What was sent, for namespaces and quotas only. */
  readonly body: unknown;
  /** When it came in and when it was answered, in milliseconds. */
  readonly received: number;
  readonly answered: number;
}

const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  # A question: nothing is stored.
  - level: None
    resources: [{ group: authentication.k8s.io, resources: [selfsubjectreviews] }]
  - level: Request
    verbs: [create, update, patch, delete, deletecollection]
    resources: [{ group: "", resources: [namespaces, resourcequotas, resourcequotas/status] }]
  - level: Metadata
    verbs: [create, update, patch, delete, deletecollection]
`;

/**
 * A checkout whose API server writes down every write request. It gets its control plane the way a machine that has
 * one does, from KUBEBUILDER_ASSETS, where the server's two flags are added.
 */
export class AuditedCheckout extends Checkout {
  private get log() {
    return this.path("audit.log");
  }

  constructor({ controlPlane }: Toolchain) {
    super();
    const assets = this.path("assets");
    this.environment.KUBEBUILDER_ASSETS = assets;
    this.write("audit.yaml", POLICY);
    mkdirSync(assets);
    for (const component of components) {
      const flags =
        component === "kube-apiserver"
          ? `--audit-log-path='${this.log}' --audit-policy-file='${this.path("audit.yaml")}'`
          : "";
      const command = controlPlane.command(component).map((word) => `'${word}'`);
      writeFileSync(join(assets, component), `#!/bin/sh\nexec ${command.join(" ")} "$@" ${flags}\n`, { mode: 0o755 });
    }
  }

  /** What is written while `work` runs, in the order in which it was answered. */
  async writesDuring(work: () => Promise<unknown>): Promise<Write[]> {
    const start = statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
    await work();
    const text = readFileSync(this.log).subarray(start).toString("utf8");
    // The server may be in the middle of a line about somebody else; whatever `work` did has been answered and is whole.
    const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
    return lines.filter((line) => line !== "").map((line) => writeOf(JSON.parse(line)));
  }
}

interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestObject?: { readonly metadata?: { readonly name?: string } };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

function writeOf(event: AuditEvent): Write {
  const { objectRef = {}, requestObject } = event;
  const resource = [objectRef.resource, objectRef.subresource].filter(Boolean).join("/");
  const name = objectRef.name ?? requestObject?.metadata?.name ?? "";
  // A namespace is said to be in itself.
  const namespace = objectRef.resource === "namespaces" ? "" : (objectRef.namespace ?? "");
  return {
    verb: event.verb,
    user: event.impersonatedUser?.username ?? event.user.username,
    object: `${resource} ${[namespace, name].filter(Boolean).join("/")}`,
    namespace,
    resource,
    name,
    code: event.responseStatus?.code ?? 0,
    dryRun: event.requestURI.includes("dryRun="),
    body: requestObject,
    received: Date.parse(event.requestReceivedTimestamp),
    answered: Date.parse(event.stageTimestamp),
  };
}
