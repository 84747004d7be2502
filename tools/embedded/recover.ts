import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterApi, readKubeconfig } from "../../components/cluster/api";
import { type Engine, REPOSITORY, runPulumi } from "../engine";
import { foundInCloud } from "../standin/aws/found";
import { RELEASE } from "../standin/kubernetes/tokens";
import type { PropertyMap } from "../standin/plugin/properties";
import type { Detail } from "./steps";

/** A resource as the engine's state has it; fields that are not looked at are carried along. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** It is still to be deleted, because another has taken its place. */
  readonly delete?: boolean;
  readonly inputs?: {
    readonly metadata?: Named;
    /** Of a Helm release, which is no object and has no metadata. */
    readonly name?: string;
    readonly namespace?: string;
  };
}

interface Named {
  readonly name?: string;
  readonly namespace?: string;
}

interface PendingOperation {
  readonly type: string;
  readonly resource: ResourceState;
}

interface StackState {
  readonly deployment?: { readonly resources?: ResourceState[]; readonly pending_operations?: PendingOperation[] };
}

/**
 * Takes up what an `up` that was killed half-way left behind. The engine notes each creation before it begins; whether
 * it happened, only the cluster knows. What is there becomes part of the state, and the rest is forgotten. (The CLI's
 * own --import-pending-creates drops them all, and the next `up` would find names taken.)
 */
export async function recover(engine: Engine, stack: string, kubeconfig: string, detail: Detail): Promise<boolean> {
  const { code, stdout } = await runPulumi(engine, ["stack", "export", "--stack", stack], { cwd: REPOSITORY });
  if (code !== 0) return false;
  const state = JSON.parse(stdout) as StackState;
  const pending = state.deployment?.pending_operations ?? [];
  if (pending.length === 0) return true;
  detail(`taking up ${pending.length} operations that were interrupted`);
  const creations = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const made = [...inCloud(creations, state, engine.folder), ...(await alreadyMade(creations, kubeconfig))];
  const resources = joined(state.deployment?.resources ?? [], made);
  const mended = { ...state, deployment: { ...state.deployment, resources, pending_operations: [] } };
  const file = join(engine.folder, `${stack}.recovered.json`);
  writeFileSync(file, JSON.stringify(mended), { mode: 0o600 });
  await succeed(engine, ["stack", "import", "--stack", stack, "--file", file]);
  rmSync(file);
  await succeed(engine, ["refresh", "--yes", "--non-interactive", "--stack", stack]);
  return true;
}

/**
 * A state's resources with those that are there too. A replacement stands before what it replaces, which is still to be
 * deleted: that is how the engine has it, and it takes no state with two of one name otherwise.
 */
export function joined(resources: readonly ResourceState[], made: readonly ResourceState[]): ResourceState[] {
  const urns = new Set(made.map(({ urn }) => urn));
  const waiting = new Map(made.map((resource) => [resource.urn, resource]));
  const kept = resources.flatMap((resource) => {
    if (!urns.has(resource.urn)) return [resource];
    const replacement = waiting.get(resource.urn);
    waiting.delete(resource.urn);
    return [...(replacement ? [replacement] : []), { ...resource, delete: true }];
  });
  return [...kept, ...waiting.values()];
}

async function succeed(engine: Engine, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runPulumi(engine, args, { cwd: REPOSITORY });
  if (code !== 0)
    throw new RecoveryFailure(`an interrupted deployment could not be taken up (pulumi ${args[0]}): ${stderr}`);
}

/** The stack cannot be brought back to a known state. The message is for the user. */
export class RecoveryFailure extends Error {
  override readonly name = "RecoveryFailure";
}

/** Those creations that the cloud of this folder has carried out, as state. */
function inCloud(creations: readonly ResourceState[], { deployment }: StackState, folder: string): ResourceState[] {
  const made = [...(deployment?.resources ?? [])];
  const known = made.length;
  for (const resource of creations.filter(({ type }) => type.startsWith("aws:"))) {
    // Two that are made from the same inputs are two things.
    const ids = made.flatMap(({ type, id }) => (type === resource.type && id ? [id] : []));
    const id = foundInCloud(folder, resource.type, (resource.inputs ?? {}) as PropertyMap, new Set(ids));
    if (id !== undefined) made.push({ ...resource, id });
  }
  return made.slice(known);
}

/** Those creations whose object exists, as state. */
async function alreadyMade(creations: readonly ResourceState[], kubeconfig: string): Promise<ResourceState[]> {
  const api = await ClusterApi.connect(readKubeconfig(kubeconfig));
  try {
    const asked = creations.map(async (resource): Promise<ResourceState[]> => {
      const object = await locate(api, resource);
      if (!object) return [];
      const { status } = await api.ask(object.path);
      return status === 200 ? [{ ...resource, id: object.id }] : [];
    });
    return (await Promise.all(asked)).flat();
  } finally {
    api.close();
  }
}

/** Where an object of a type such as kubernetes:rbac.authorization.k8s.io/v1:RoleBinding is found. */
async function locate(
  api: ClusterApi,
  { type, inputs }: ResourceState,
): Promise<{ path: string; id: string } | undefined> {
  if (type === RELEASE) return locateRelease(inputs ?? {});
  const [, group, version, kind] = /^kubernetes:([^/]+)\/([^:]+):(\w+)$/.exec(type) ?? [];
  const { name, namespace } = inputs?.metadata ?? {};
  if (!group || !name) return undefined;
  const root = group === "core" ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = await api.get<{ resources: { name: string; kind: string }[] }>(root);
  // A patch has the kind of what it patches, and a name of its own in the SDK.
  const patched = kind?.replace(/Patch$/, "");
  const resource = resources.find((candidate) => candidate.kind === patched && !candidate.name.includes("/"));
  if (!resource) return undefined;
  const place = namespace === undefined ? root : `${root}/namespaces/${namespace}`;
  return { path: `${place}/${resource.name}/${name}`, id: namespace === undefined ? name : `${namespace}/${name}` };
}

/** A release is there when Helm has a record of it: one that came half-way is made again. */
function locateRelease({ name, namespace }: Named): { path: string; id: string } {
  const secret = `sh.helm.release.v1.${name}.v1`;
  return { path: `/api/v1/namespaces/${namespace}/secrets/${secret}`, id: `${namespace}/${name}` };
}
