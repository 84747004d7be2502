import type { Plan } from "../../../components/plan";
import type { SpacePlan } from "../../../components/tenant/plan";
import type { Write } from "./audit";

/** What a look at everything that was written says about rights and guards. */
export interface Rights {
  /** How often somebody was let into a tenant's namespace. */
  readonly grants: number;
  /** Each right that somebody had while a guard was missing, as `rolebindings a/b without resourcequotas a/c`. */
  readonly unguarded: readonly string[];
}

/**
 * Goes through everything that was written, in the order in which it came about. A guard counts from the answer to
 * whoever made it until somebody asks for its end, a right from the request for it until its end is answered. In a
 * namespace that is ending nothing can be made, whatever rights there are.
 */
export function rightsIn(writes: readonly Write[], plan: Plan): Rights {
  const scene = new Scene(plan);
  for (const moment of inOrder(writes)) scene.see(moment);
  return { grants: scene.grants, unguarded: [...scene.unguarded] };
}

class Scene {
  grants = 0;
  readonly unguarded = new Set<string>();
  private readonly guards = new Set<string>();
  /** What each right that somebody has needs to stand beside it. */
  private readonly rights = new Map<string, readonly string[]>();
  private readonly needed: ReadonlyMap<string, readonly string[]>;

  constructor({ guardrails, tenants }: Plan) {
    const everywhere = Object.values(guardrails).flat().map(objectOf);
    const spaces = tenants.flatMap((tenant) => tenant.spaces);
    this.needed = new Map(
      spaces.map((space) => [space.namespace.metadata.name, [...everywhere, ...guardsOf(space)]] as const),
    );
  }

  see({ write, begins }: Moment): void {
    if (write.resource === "namespaces" && /^(create|delete)$/.test(write.verb)) this.empty(write.name);
    if (write.resource === "rolebindings") this.grant(write, begins);
    else this.guard(write, begins);
    for (const [right, needed] of this.rights) {
      for (const guard of needed) if (!this.guards.has(guard)) this.unguarded.add(`${right} without ${guard}`);
    }
  }

  /** A namespace that comes is empty, and in one that goes nothing counts any more. */
  private empty(namespace: string): void {
    const inside = (object: string) => object.split(" ")[1]?.startsWith(`${namespace}/`) === true;
    for (const guard of [...this.guards].filter(inside)) this.guards.delete(guard);
    for (const right of [...this.rights.keys()].filter(inside)) this.rights.delete(right);
  }

  private grant({ object, namespace }: Write, begins: boolean): void {
    const needed = this.needed.get(namespace);
    if (!begins) this.rights.delete(object);
    if (!begins || !needed) return;
    this.grants += 1;
    this.rights.set(object, needed);
  }

  private guard(write: Write, begins: boolean): void {
    if (begins && guards(write)) this.guards.add(write.object);
    if (begins) return;
    this.guards.delete(write.object);
    this.guards.delete(statusOf(write.object));
  }
}

function guardsOf({ namespace, guards, defaultAccount }: SpacePlan): string[] {
  const objects = [namespace, ...guards, defaultAccount].map(objectOf);
  return objects.map(statusOf);
}

/** A quota counts once its status says of how much. */
function statusOf(object: string): string {
  return object.replace(/^resourcequotas /, "resourcequotas/status ");
}

/** As the audit log names an object. */
function objectOf({ kind, metadata: { namespace, name } }: SpacePlan["namespace"]): string {
  const plural = kind
    .replace(/Patch$/, "")
    .toLowerCase()
    .replace(/y$/, "ie");
  return `${plural}s ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** Whether what was written is a guard, and not just something of its name. */
function guards({ resource, body }: Write): boolean {
  const { metadata, spec, status } = (body ?? {}) as Body;
  if (resource === "namespaces") return metadata?.labels?.["pod-security.kubernetes.io/enforce"] === "restricted";
  if (resource === "resourcequotas/status") return JSON.stringify(status?.hard) === JSON.stringify(spec?.hard);
  return true;
}

interface Body {
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec?: { readonly hard?: object };
  readonly status?: { readonly hard?: object };
}

interface Moment {
  readonly write: Write;
  readonly at: number;
  /** Whether the object is there afterwards. */
  readonly begins: boolean;
}

/** Of two in the same millisecond, what makes things safer comes first: the clock cannot tell them apart. */
function inOrder(writes: readonly Write[]): Moment[] {
  const moments = writes
    .filter(({ code, dryRun }) => code < 300 && !dryRun)
    .map((write): Moment & { safe: boolean } => {
      const begins = write.verb !== "delete" && write.verb !== "deletecollection";
      const safe = begins !== (write.resource === "rolebindings");
      return { write, begins, safe, at: safe ? write.answered : write.received };
    });
  return moments.sort((one, other) => one.at - other.at || Number(other.safe) - Number(one.safe));
}
