import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startControlPlane, wipeControlPlane } from "../../../../tools/controlplane";
import { type Answer, type Method, withApi } from "../../../../tools/controlplane/api";
import type { Toolchain } from "../../../../tools/toolchain";

const AUDIT_POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted"],
  rules: [{ level: "Metadata", userGroups: ["system:masters"] }, { level: "None" }],
};

/** An API server that writes down what the provider asks of it. */
export class ObservedCluster {
  private kubeconfig = "";

  constructor(private readonly folder: string) {}

  async start(toolchain: Toolchain): Promise<void> {
    const { folder } = this;
    const policy = join(folder, "audit-policy.json");
    writeFileSync(policy, JSON.stringify(AUDIT_POLICY));
    const log = join(folder, "audit.log");
    const serverFlags = [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`];
    const { kubeconfig } = await startControlPlane({ toolchain, folder, serverFlags, report: () => {} });
    this.kubeconfig = kubeconfig;
  }

  /** Leaves nothing behind, not even of a start that failed. */
  stop = (): Promise<void> => wipeControlPlane(this.folder);

  ask = (method: Method, path: string, body?: object, contentType?: string): Promise<Answer> =>
    withApi(this.kubeconfig, (api) => api(method, path, body, contentType));

  /** The live object, or undefined when there is none. */
  async live(path: string): Promise<LiveObject | undefined> {
    const { status, body } = await this.ask("GET", path);
    return status === 200 ? (body as LiveObject) : undefined;
  }

  /** Runs `work` and tells what the provider asked meanwhile, e.g. "patch configmaps/acme/settings (dry run)". */
  async asked(work: () => Promise<unknown>): Promise<string[]> {
    const before = this.audit().length;
    await work();
    return this.audit().slice(before).map(described);
  }

  private audit(): AuditEvent[] {
    const text = readFileSync(join(this.folder, "audit.log"), "utf8");
    const events = text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as AuditEvent);
    return events.filter(({ userAgent }) => userAgent === "pulumi-kubernetes-standin");
  }
}

export interface LiveObject {
  metadata: { name: string; uid: string; labels?: Record<string, string>; managedFields?: { manager: string }[] };
  [field: string]: unknown;
}

interface AuditEvent {
  userAgent: string;
  verb: string;
  requestURI: string;
  objectRef?: { resource: string; namespace?: string; name?: string };
}

function described({ verb, requestURI, objectRef }: AuditEvent): string {
  const { resource = requestURI, namespace, name } = objectRef ?? {};
  // A namespace is its own namespace.
  const place = resource === "namespaces" ? [resource, name] : [resource, namespace, name];
  const dryRun = requestURI.includes("dryRun=All") ? " (dry run)" : "";
  return `${verb} ${place.filter((part) => part !== undefined).join("/")}${dryRun}`;
}
