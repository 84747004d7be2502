import type { Plan } from "../../../components/plan";
import type { TenantPlan } from "../../../components/tenant/plan";
import type { Attack, Step } from "../../../proof/attacks/attack";
import { CATALOGUE } from "../../../proof/attacks/catalogue";
import { STATES } from "../../../proof/attacks/lifecycle";
import { type Trial, trialsOf } from "../../../proof/attacks/paths";
import { reading } from "../../../proof/attacks/request";
import type { Actor, Scene } from "../../../proof/attacks/scene";
import type { Wall } from "../../../proof/attacks/walls";
import { planOf, SPECIAL_TENANTS, TENANTS } from "../estate";
import { isBuiltIn, keyOf, mutated, WILDCARD_GROUP, WITHOUT_LABEL } from "./mutants";

/** An attack on somebody who lacks the first of the walls that should stop it. */
export interface Mutation {
  readonly attack: Attack;
  readonly kind: string;
  readonly removed: readonly Wall[];
  /** Who stops it then; undefined: nobody any more. */
  readonly next: Wall | undefined;
}

/** Whoever holds every right is stopped neither by RBAC nor by RBAC's rule against handing out more than one holds. */
export const isRight = ({ layer }: Wall) => layer === "rbac" || layer === "escalation";

/** For each attack, wall after wall taken away, until none is left or what is left is a part of the API server. */
export function mutationsOf(scenes: readonly Scene[]): Mutation[] {
  return Object.values(CATALOGUE)
    .flat()
    .flatMap((attack) => {
      const scene = scenes.find((candidate) => attack.unless?.(candidate) === undefined);
      return scene ? stripped(attack, scene) : [];
    });
}

function stripped(attack: Attack, scene: Scene): Mutation[] {
  const [direct] = trialsOf(attack, scene, () => false);
  const walls = direct?.walls ?? [];
  const mutations: Mutation[] = [];
  for (let count = 1; count <= walls.length; count++) {
    const removed = walls.slice(0, count);
    const next = walls[count];
    if (removed.some((wall) => isBuiltIn(wall) && !isRight(wall))) break;
    if (next && isRight(next)) continue;
    mutations.push({ attack, kind: scene.tenant.tenant.id, removed, next });
  }
  return mutations;
}

/** Attacks that no mutation lets through, with what stops them for good. */
export function unkillable(scenes: readonly Scene[]): string[] {
  const mutations = mutationsOf(scenes);
  const killed = new Set(mutations.filter(({ next }) => next === undefined).map(({ attack }) => attack.id));
  return Object.values(CATALOGUE)
    .flat()
    .map(({ id }) => id)
    .filter((id) => !killed.has(id));
}

/** What has to be taken away from a namespace; rights are taken away from nobody, but given to somebody. */
export function ofNamespace(walls: readonly Wall[]): Wall[] {
  return walls.filter((wall) => !isRight(wall));
}

export interface Mutant {
  readonly id: string;
  readonly kind: string;
  readonly walls: readonly Wall[];
}

/** Attacks that can be tried from a scene; who may make nothing, tries only what is about that. */
export function tryable(scene: Scene): Attack[] {
  const { state } = scene.tenant.tenant;
  return Object.values(CATALOGUE)
    .flat()
    .filter(({ id, unless }) => unless?.(scene) === undefined && (state === "active" || STATES.has(id)));
}

/** A tenant for every set of guards that somebody takes away, alike in all else to the tenant that has them. */
export function mutantsFor(lacks: readonly Omit<Mutant, "id">[]): ReadonlyMap<string, Mutant> {
  const mutants = new Map<string, Mutant>();
  for (const { kind, walls } of lacks) {
    const key = mutantKey(kind, walls);
    if (walls.length > 0 && !mutants.has(key)) mutants.set(key, { id: `mutant${mutants.size}`, kind, walls });
  }
  return mutants;
}

export function mutantKey(kind: string, walls: readonly Wall[]): string {
  return `${kind} ${keyOf(walls)}`;
}

/** Plans of mutants as tenants of an estate of their own, without flows to anybody. */
export function mutantPlan(mutants: readonly Mutant[]): Plan {
  const specs: Readonly<Record<string, { readonly network: object }>> = { ...TENANTS, ...SPECIAL_TENANTS };
  const tenants = mutants.map(({ id, kind }) => {
    const access = { admins: [{ group: `${id}-admins` }] };
    const network = { ...specs[kind]?.network, hosts: [`${id}.example.com`], ingress: [], egress: [] };
    return [id, { ...specs[kind], access, network }];
  });
  const plan = planOf(Object.fromEntries(tenants));
  const byId = new Map(mutants.map((mutant) => [mutant.id, mutant]));
  return {
    ...plan,
    tenants: plan.tenants.map((tenant): TenantPlan => {
      const mutant = byId.get(tenant.tenant.id);
      return mutant ? mutated(tenant, mutant.id, mutant.walls) : tenant;
    }),
  };
}

export const WILDCARD: Actor = {
  user: "anybody",
  groups: [WILDCARD_GROUP, "system:authenticated"],
  profile: "admin",
  rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
};

/** Stops nothing: where it is the only wall, an attack that gets through says so. */
const NOBODY: Wall = { layer: "schema", names: ["nobody is left"] };

/** Always answered: what a mutant lacks may well keep its legal twins from being legal. */
export const ownPods: Step = reading(({ namespace }) => `/api/v1/namespaces/${namespace}/pods`);

/** The one attack whose guard is the victim's namespace, so that its mutant has to be the victim. */
export const SELF_INFLICTED = "T60-neighbour";

const itself = ({ victim, namespace }: Scene) => ({ ...victim, namespace });

/** A namespace that is made has no guards yet to be without; what it is to lack says its own label. */
export function marked(step: Step): Step {
  return (scene) => {
    const request = step(scene);
    const body = request.body as { kind?: string; metadata?: { labels?: object } } | undefined;
    if (request.method !== "POST" || body?.kind !== "Namespace") return request;
    const labels = { ...body.metadata?.labels, [WITHOUT_LABEL]: scene.tenant.tenant.id };
    return { ...request, body: { ...body, metadata: { ...body.metadata, labels } } };
  };
}

/** The attack as it is sent to a mutant; by somebody who may do anything, if rights are among what was taken away. */
export function trialOf({ attack, removed, next }: Mutation, scene: Scene): Trial {
  const who = removed.some(isRight) ? WILDCARD : scene.who;
  const { unless: _, ...always } = attack;
  return {
    attack: always,
    scene: { ...scene, who, victim: attack.id === SELF_INFLICTED ? itself(scene) : scene.victim },
    path: "direct",
    control: ownPods,
    step: marked(attack.attack),
    walls: [next ?? NOBODY],
  };
}
