import { type Answer, ClusterApi } from "../../components/cluster/api";

/** What a cluster says that has nothing on it yet; by path, without the query. */
const EMPTY: Readonly<Record<string, unknown>> = {
  "/api/v1/namespaces": { items: [] },
  "/api/v1/namespaces/kube-system": { metadata: { uid: "0b6c7c2e-5f0f-4d0c-9f2e-4a1c1d9a8b7e" } },
  "/api/v1/nodes": { items: [] },
  "/version": { major: "1", minor: "35" },
  "/apis/node.k8s.io/v1/runtimeclasses": { items: [] },
  "/apis/admissionregistration.k8s.io/v1": { resources: [] },
};

/** A way that was taken to a cluster. */
interface Entered {
  readonly kubeconfig: string;
  readonly context: string | undefined;
}

/** For each test of a `describe`, never outside of one: whatever cluster is asked has nothing on it yet, and sees whoever asks as `username`. */
export function useClusters(username: string) {
  const { connect } = ClusterApi;
  const api: Readonly<Record<string, unknown>> = {
    ...EMPTY,
    "/apis/authentication.k8s.io/v1/selfsubjectreviews": {
      status: { userInfo: { username, groups: ["system:authenticated"] } },
    },
  };
  let ways: Entered[] = [];

  /** Answers with these statuses by path, else with what there is, else with a 404. */
  function answering(statuses: Readonly<Record<string, number>> = {}): void {
    ClusterApi.connect = async (kubeconfig: string, context?: string) => {
      ways.push({ kubeconfig, context });
      const ask = async (path: string): Promise<Answer> => {
        const [plain = ""] = path.split("?");
        const body = api[plain];
        return { status: statuses[plain] ?? (body === undefined ? 404 : 200), body, warnings: [] };
      };
      const get = async (path: string) => (await ask(path)).body;
      return { context, ask, get, close: () => undefined } as unknown as ClusterApi;
    };
  }

  beforeEach(() => answering());
  afterEach(() => {
    ClusterApi.connect = connect;
    ways = [];
  });
  return { entered: (): readonly Entered[] => ways, answering };
}
