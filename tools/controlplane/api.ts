import { type Answer, type Ask, ClusterApi, readKubeconfig } from "../../components/cluster/api";

export type { Answer } from "../../components/cluster/api";

/** Asks the API server behind a kubeconfig, as the user that it names. */
export type Api = (method: Method, path: string, body?: object, contentType?: string) => Promise<Answer>;
export type Method = NonNullable<Ask["method"]>;

/** Runs `work` with connections to the API server of a kubeconfig file, and closes them. */
export async function withApi<T>(kubeconfig: string, work: (api: Api) => Promise<T>): Promise<T> {
  const api = await ClusterApi.connect(readKubeconfig(kubeconfig));
  try {
    return await work((method, path, body, contentType = "application/json") =>
      api.ask(path, { method, contentType, ...(body === undefined ? {} : { body }) }),
    );
  } finally {
    api.close();
  }
}
