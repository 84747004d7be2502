import type { PropertyMap } from "../plugin/properties";
import type { KubeObject } from "./objects";

/** One resource to be written. */
export interface Operation {
  urn: string;
  /** What the program says, completed by `check`. */
  inputs: PropertyMap;
  /** Seconds; 0 when the resource sets none. */
  timeout: number;
}

export interface Update extends Operation {
  /** What the last deployment left in the state. */
  state: PropertyMap;
  /** Paths that the resource's `ignoreChanges` names. */
  ignored: string[];
}

export interface Written {
  state: PropertyMap;
  live: KubeObject;
}

/** Written, but not as it should be: the state is kept and the deployment fails. */
export interface Failed extends Written {
  failure: { message: string; reasons: string[] };
}
