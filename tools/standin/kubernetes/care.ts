import type { PropertyMap } from "../plugin/properties";
import { type CheckInput, check } from "./check";
import type { Cluster } from "./cluster";
import { create, previewCreate } from "./create";
import { type Deletion, remove } from "./delete";
import { type Difference, difference } from "./diff";
import type { Failed, Operation, Update, Written } from "./operation";
import { type ReadInput, type ReadResult, read } from "./read";
import { kindOf, RELEASE, typeOf } from "./tokens";
import { previewUpdate, update } from "./update";

/** What is done with a resource of one sort, from its first check to its end. */
export interface Care {
  check(input: CheckInput, cluster: Cluster): Promise<PropertyMap>;
  difference(urn: string, olds: PropertyMap, news: PropertyMap, cluster: Cluster): Difference;
  create(operation: Operation, cluster: Cluster): Promise<Written | Failed>;
  previewCreate(operation: Operation, cluster: Cluster): Promise<PropertyMap>;
  update(operation: Update, cluster: Cluster): Promise<Written | Failed>;
  previewUpdate(operation: Update, cluster: Cluster): Promise<PropertyMap>;
  read(input: ReadInput, cluster: Cluster): Promise<ReadResult | undefined>;
  remove(deletion: Deletion, cluster: Cluster): Promise<void>;
}

const objects: Care = {
  check,
  difference: (urn, olds, news, { settings }) =>
    difference(olds, news, kindOf(urn).patch ? "patch" : "object", settings),
  create,
  previewCreate,
  update,
  previewUpdate,
  read,
  remove,
};

/** Loaded with the first release only: most deployments have none, and every plugin start counts. */
function releases(): Care {
  const helm = require("./helm") as typeof import("./helm");
  return {
    check: helm.checkRelease,
    difference: (_urn, olds, news) => helm.releaseDifference(olds, news),
    create: helm.createRelease,
    previewCreate: helm.previewRelease,
    update: helm.updateRelease,
    previewUpdate: helm.previewRelease,
    read: helm.readRelease,
    remove: helm.removeRelease,
  };
}

/** A Kubernetes object is one request; a Helm release is a chart to be rendered, and many. */
export function careOf(urn: string): Care {
  return typeOf(urn) === RELEASE ? releases() : objects;
}
