import type { PolicyRule } from "kubernetes-types/rbac/v1";
import { collection } from "../../components/cluster/collection";
import { apiVersionOf, type ServedKind, servedName } from "../live/served";
import type { Attack, Step } from "./attack";
import { grants, resourceText, rulesOf } from "./granted";
import { MERGE, type Request, reading } from "./request";
import type { Scene } from "./scene";
import { rbac } from "./walls";

/** The eight verbs of the API. Rights are asked for before anything else, so all of them can be tried on every kind. */
const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"] as const;
type Verb = (typeof VERBS)[number];

/** Nothing is called so: whoever is let through finds nothing to read and nothing to harm. */
const NAME = "isolation-proof-target";
const NOTHING = { labelSelector: "isolation-proof=nothing-has-this" };

/** Whatever the server says except that one may not: it was asked further than to the gate. */
const pastTheGate = (status: number) => ![401, 403, 429].includes(status) && status < 500;

const SHAPES: Readonly<Record<Verb, (path: string) => Pick<Request, "method" | "path"> & Partial<Request>>> = {
  get: (path) => ({ method: "GET", path: `${path}/${NAME}`, dryRun: "none" }),
  list: (path) => ({ method: "GET", path, query: NOTHING, dryRun: "none" }),
  watch: (path) => ({ method: "GET", path, query: { ...NOTHING, watch: "true", timeoutSeconds: "1" }, dryRun: "none" }),
  create: (path) => ({ method: "POST", path, body: {} }),
  update: (path) => ({ method: "PUT", path: `${path}/${NAME}`, body: {} }),
  patch: (path) => ({ method: "PATCH", path: `${path}/${NAME}`, body: {}, contentType: MERGE }),
  delete: (path) => ({ method: "DELETE", path: `${path}/${NAME}` }),
  deletecollection: (path) => ({ method: "DELETE", path, query: NOTHING }),
};

function request(kind: ServedKind, verb: Verb, namespace: string | undefined): Request {
  const { resource, subresource } = kind;
  const place = namespace === undefined ? {} : { namespace };
  const path = collection(apiVersionOf(kind), resource, place);
  const { path: shaped, ...rest } = SHAPES[verb](path);
  if (subresource === undefined) return { ...rest, path: shaped, through: pastTheGate };
  // Subresources hang on a name, whatever is done to them.
  return { ...rest, path: `${path}/${NAME}/${subresource}`, through: pastTheGate };
}

/** What everybody may who has logged in: asking about oneself. */
const OWN_REVIEWS: ReadonlySet<string> = new Set([
  "selfsubjectaccessreviews.authorization.k8s.io",
  "selfsubjectrulesreviews.authorization.k8s.io",
  "selfsubjectreviews.authentication.k8s.io",
]);

const ownPods = reading(({ namespace }) => `/api/v1/namespaces/${namespace}/pods`);

function verbsOf({ subresource, verbs }: ServedKind): readonly Verb[] {
  return subresource === undefined ? VERBS : VERBS.filter((verb) => verbs.includes(verb));
}

interface Sweep {
  readonly threat: string;
  readonly alias: string;
  readonly where: (scene: Scene) => string | undefined;
  readonly place: string;
}

/** One request of a sweep, and the one right that it asks for. */
export interface Swept extends Attack {
  readonly right: PolicyRule;
}

function swept({ threat, alias, where, place }: Sweep, kind: ServedKind, verbs: readonly Verb[]): Swept[] {
  return verbs.map((verb) => {
    const attack: Step = (scene) => request(kind, verb, where(scene));
    const id = `${threat}-${verb}-${servedName(kind)}`;
    const title = `${verb} ${servedName(kind)} ${place}`;
    return { id, alias, title, control: ownPods, attack, stoppedBy: rbac(), right: rightTo(kind, verb) };
  });
}

function rightTo(kind: ServedKind, verb: Verb): PolicyRule {
  return { apiGroups: [kind.group], resources: [resourceText(kind)], verbs: [verb] };
}

const CLUSTER: Sweep = { threat: "T51", alias: "X-CN-1", where: () => undefined, place: "of the whole cluster" };
const EVERYWHERE: Sweep = { threat: "T52", alias: "X-XT-1", where: () => undefined, place: "in all namespaces" };
const THEIRS: Sweep = {
  threat: "T52",
  alias: "X-XT-1",
  where: ({ victim }) => victim.namespace,
  place: "in a neighbour's namespace",
};
const OWN: Sweep = {
  threat: "T53",
  alias: "X-RB-2",
  where: ({ namespace }) => namespace,
  place: "in the own namespace, which the role does not say",
};

/**
 * Every kind and subresource that the cluster serves, by every verb: those without a namespace, those of a neighbour,
 * and in the own namespace all that the shipped role does not spell out. Nobody has to think of a kind.
 */
export function sweeps(scene: Scene): Swept[] {
  const { served } = scene.cluster;
  const namespaced = served.filter((kind) => kind.namespaced);
  const rules = rulesOf(scene);
  const unsaid = namespaced.flatMap((kind) =>
    swept(
      OWN,
      kind,
      verbsOf(kind).filter((verb) => !grants(rules, kind, verb)),
    ),
  );
  // What is outside is the same, and asked by the same people, from every namespace of a tenant.
  return scene.space === scene.tenant.spaces[0] ? [...outside(served), ...unsaid] : unsaid;
}

function outside(served: readonly ServedKind[]): Swept[] {
  const clusterWide = served.filter((kind) => !kind.namespaced && !OWN_REVIEWS.has(servedName(kind)));
  const namespaced = served.filter((kind) => kind.namespaced);
  return [
    ...clusterWide.flatMap((kind) => swept(CLUSTER, kind, verbsOf(kind))),
    ...namespaced.flatMap((kind) => swept(THEIRS, kind, verbsOf(kind))),
    ...namespaced
      .filter(({ subresource }) => subresource === undefined)
      .flatMap((kind) => swept(EVERYWHERE, kind, ["list", "watch", "deletecollection"]).map(renamed)),
  ];
}

function renamed(attack: Swept): Swept {
  return { ...attack, id: `${attack.id}-everywhere` };
}
