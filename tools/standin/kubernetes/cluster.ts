import type { EngineLog } from "../plugin/engine-log";
import type { PropertyMap } from "../plugin/properties";
import { ApiClient, type Request } from "./client";
import { Unreachable } from "./connection";
import { authorityOf } from "./credentials";
import { messageOf, NoMatchError, StatusError } from "./errors";
import { rootOf, type Scope, scopeOf } from "./kinds";
import { accessOf, ambientKubeconfig, parseKubeconfig } from "./kubeconfig";
import { type KubeObject, nameOf, namespaceOf } from "./objects";
import type { Settings } from "./settings";

const HELP =
  "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
  " \t • set up the provider as per https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ \n\n ";

/** One configured provider: the API server it talks to, and what it may assume of it. */
export class Cluster {
  readonly defaultNamespace: string;
  /**
   * Why there is no API server to talk to; found out by the kubeconfig, or by the first request. A server that has
   * answered once is taken to come back.
   */
  unreachable: string | undefined;
  private readonly client: ApiClient | undefined;

  constructor(
    readonly settings: Settings,
    readonly log: EngineLog,
    /** Aborts when the user interrupts the deployment. */
    readonly cancelled: AbortSignal,
  ) {
    let namespace = "";
    try {
      const { config, folder } = parseKubeconfig(settings.kubeconfig || (ambientKubeconfig() ?? "{}"));
      const access = accessOf(config, folder, settings);
      namespace = access.namespace;
      this.client = new ApiClient(authorityOf(access), settings);
    } catch (error) {
      this.unreachable = HELP + messageOf(error);
    }
    this.defaultNamespace = settings.namespace || namespace || "default";
  }

  /** Undefined: the kind is not served, or nobody can say because the server is out of reach. */
  async scope(apiVersion: string, kind: string): Promise<Scope | undefined> {
    return this.client && scopeOf(this.client, apiVersion, kind);
  }

  /** Sends a request about one object; anything but success is thrown. */
  async object(object: PropertyMap, request: ObjectRequest): Promise<KubeObject> {
    const path = await this.pathOf(object as KubeObject, request.name);
    const response = await this.reach((client) => client.send({ ...request, path }));
    if (response.status >= 300) throw new StatusError(response);
    return response.body as KubeObject;
  }

  /** Of the API server, as v1.36.3. */
  async version(): Promise<string> {
    const { status, body } = await this.reach((client) => client.send({ method: "GET", path: "/version" }));
    if (status !== 200) throw new StatusError({ status, body });
    return (body as { gitVersion: string }).gitVersion;
  }

  get(object: PropertyMap, name = nameOf(object)): Promise<KubeObject> {
    return this.object(object, { method: "GET", name });
  }

  /** Follows one object until `onEvent` has seen enough; see `ApiClient.watch`. */
  async watch(
    object: PropertyMap,
    resourceVersion: string,
    onEvent: Parameters<ApiClient["watch"]>[1],
    signal: AbortSignal,
  ) {
    const path = await this.pathOf(object as KubeObject, undefined);
    const query = { fieldSelector: `metadata.name=${nameOf(object)}`, resourceVersion };
    await this.reach((client) => client.watch({ method: "GET", path, query }, onEvent, signal));
  }

  private async pathOf(object: KubeObject, name: string | undefined): Promise<string> {
    const scope = await this.reach((client) => scopeOf(client, object.apiVersion, object.kind));
    if (!scope) throw new NoMatchError(object.apiVersion, object.kind);
    const namespace = scope.namespaced ? `/namespaces/${namespaceOf(object) || this.defaultNamespace}` : "";
    const collection = `${rootOf(object.apiVersion)}${namespace}/${scope.plural}`;
    return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
  }

  private async reach<T>(use: (client: ApiClient) => Promise<T>): Promise<T> {
    if (!this.client || this.unreachable) throw new Unreachable(this.unreachable);
    try {
      return await use(this.client);
    } catch (error) {
      if (error instanceof Unreachable && !this.client.answered) {
        this.unreachable = `unable to load schema information from the API server: ${error.message}`;
      }
      throw error;
    }
  }
}

export interface ObjectRequest extends Omit<Request, "path"> {
  /** Unset: the request goes to the collection. */
  name?: string;
}
