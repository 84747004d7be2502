import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct, type PropertyMap, withoutSecrets } from "../plugin/properties";

/** Everything a Provider resource, the stack's config or the environment can say about the provider. */
export interface Settings {
  kubeconfig: string;
  context: string;
  cluster: string;
  /** "" when unset: the context's namespace, else "default". */
  namespace: string;
  patchForce: boolean;
  upsertExistingObjects: boolean;
  configMapMutable: boolean;
  secretMutable: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
  /** Requests a second; 50 unless set, as in the real provider. */
  qps: number;
  /** Requests at once; 120 unless set, as in the real provider. */
  burst: number;
  /** Milliseconds for one request; 0, no limit, unless set. */
  timeout: number;
}

export function settingsOf(request: ConfigureRequest): Settings {
  const value = reader(request);
  refuseUnsupported(value);
  const flag = (key: string, variable: string) => (value(key) || process.env[variable]) === "true";
  const client = JSON.parse(value("kubeClientSettings") || "{}") as Record<string, unknown>;
  const number = (key: string, unset: number) =>
    Number(client[key] ?? (process.env[`PULUMI_K8S_CLIENT_${key.toUpperCase()}`] || unset));
  return {
    kubeconfig: value("kubeconfig"),
    context: value("context"),
    cluster: value("cluster"),
    namespace: value("namespace"),
    patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    configMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    secretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    qps: number("qps", 50),
    burst: number("burst", 120),
    timeout: number("timeout", 0) * 1000,
  };
}

/** What this stand-in cannot do is refused: doing something else in silence would be worse. */
function refuseUnsupported(value: (key: string) => string): void {
  const refused = [
    ...(value("renderYamlToDirectory") ? ["renderYamlToDirectory"] : []),
    ...(value("enableServerSideApply") === "false" ? ["enableServerSideApply: false"] : []),
  ];
  if (refused.length > 0) {
    throw new Error(
      `the stand-in kubernetes provider does not support ${refused.join(" and ")}; use the official plugin`,
    );
  }
}

/** Settings arrive as text under `kubernetes:config:<key>`, or as properties, whichever the engine fills. */
function reader(request: ConfigureRequest): (key: string) => string {
  const variables = request.getVariablesMap();
  const args = withoutSecrets(fromStruct(request.getArgs())) as PropertyMap;
  return (key) => {
    const value = variables.get(`kubernetes:config:${key}`) ?? args[key] ?? "";
    return typeof value === "string" ? value : JSON.stringify(value);
  };
}
