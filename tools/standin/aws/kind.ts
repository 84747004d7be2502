import { at } from "../plugin/fields";
import type { Property, PropertyMap } from "../plugin/properties";
import type { Plane } from "./plane";
import type { Refusal } from "./refusal";
import type { Complaint } from "./shapes";
import type { Cloud, Store, Thing } from "./store";

/** What the provider was configured with, and where its cloud lies. */
export interface World {
  readonly store: Store;
  /** Region of everything that says none. */
  readonly region: string;
  readonly defaultTags: PropertyMap;
  /** ARNs of the account's roles that nobody made here. */
  readonly rolesBefore: readonly string[];
  /** What a cluster is made of, by its name. */
  readonly planeOf: (cluster: string) => Plane;
}

/** How a kind comes by a name that the program does not give. */
export interface Naming {
  readonly field: string;
  /** Begins every name that is made. */
  readonly prefix?: string;
  /** Longest name. */
  readonly longest: number;
}

/** Inputs that name other things. */
export interface Reference {
  /** As vpcConfig.subnetIds; a list names several things. */
  readonly field: string;
  readonly to: string;
  /** Field of the other's state that is meant. Unset: its id. */
  readonly by?: string;
  /** How the cloud says that there is no such thing. Unset: things beyond the store are taken to be there. */
  readonly missing?: (value: string) => Refusal;
  /** What happens when the other goes first. "ends": this goes with it. "stays": nothing. Unset: the other cannot go. */
  readonly without?: "ends" | "stays";
}

export interface Request {
  readonly inputs: PropertyMap;
  readonly region: string;
  readonly cloud: Cloud;
  readonly world: World;
  /** The thing that is changed; undefined while it is made. */
  readonly thing?: Thing;
}

export interface Born {
  readonly id: string;
  readonly state?: PropertyMap;
  readonly holds?: string[];
  readonly hidden?: PropertyMap;
}

/** One kind of resource: what it refuses, and what it shows. */
export interface Kind {
  readonly token: string;
  /** As the real provider calls it in its messages. */
  readonly title: string;
  readonly naming?: Naming;
  readonly defaults?: PropertyMap;
  /** Fields whose change replaces; `*` stands for any element of a list. */
  readonly fixed: readonly string[];
  /** Fields that replace when they are taken away, and only then. */
  readonly removals?: readonly string[];
  readonly references?: readonly Reference[];
  /** What can be told from the inputs alone. Unknown values are no reason to complain. */
  readonly rules?: readonly ((inputs: PropertyMap) => Complaint[])[];
  /** What depends on what else there is; throws Refusal. Before it is made, and before each change. */
  readonly admit?: (request: Request) => void;
  readonly born: (request: Request) => Born;
  /** Fields of the state that a change of the inputs changes along. */
  readonly changed?: (request: Request & { readonly thing: Thing }) => PropertyMap;
  /** Fields of the state that are not known before a change, or nested ones before the thing is made. */
  readonly unstable?: readonly string[];
  readonly nested?: readonly string[];
  /** What takes its time, once the thing exists and after each change. Throws Incomplete. */
  readonly settle?: (thing: Thing, world: World) => Promise<void>;
  /** Why it cannot go; throws Refusal. */
  readonly release?: (thing: Thing, cloud: Cloud) => void;
  /** What goes with it. */
  readonly gone?: (thing: Thing, cloud: Cloud) => void;
  /** What takes its time before it goes. */
  readonly leave?: (thing: Thing, world: World) => Promise<void>;
  /** What the cloud says when others hold it. Unset: DependencyViolation. */
  readonly held?: (id: string) => Refusal;
}

export function text(value: Property | undefined, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function number(value: Property | undefined, ...path: string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

export function list(value: Property | undefined, ...path: string[]): Property[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function texts(value: Property | undefined, ...path: string[]): string[] {
  return list(value, ...path).filter((item) => typeof item === "string");
}

/** Ids or names in a field of the inputs, whether it has one or several. */
export function named(inputs: PropertyMap, field: string): string[] {
  const found = at(inputs, ...field.split("."));
  return typeof found === "string" ? [found] : texts(found);
}

export function isFor(reference: Reference, thing: Thing, value: string): boolean {
  return (reference.by === undefined ? thing.id : thing.state[reference.by]) === value;
}

export function complaint(property: string, reason: string): Complaint[] {
  return [{ property, reason }];
}

/** Name of the cluster that a thing is part of. */
export function clusterOf({ inputs }: Pick<Thing, "inputs">): string {
  return text(inputs, "clusterName") ?? "";
}
