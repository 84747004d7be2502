import { expect } from "chai";
import { planEstate } from "../../../components/plan";
import { parseEstate } from "../../../config/estate";
import { readStackFile } from "../../../config/read";
import type { Write } from "./audit";
import type { Checkout } from "./checkout";
import { cloudOf, stateOf } from "./cloud";
import { rightsIn } from "./rights";

/** What the cloud has is what the engine knows of, one for one, and nothing is left to be mended. */
export async function isWhole(checkout: Checkout, stack: string): Promise<void> {
  const { resources, pending } = await stateOf(checkout, stack);
  expect(pending).to.deep.equal([]);
  const halves = resources.filter((resource) => resource.delete || (resource.initErrors ?? []).length > 0);
  expect(halves.map(({ urn }) => urn)).to.deep.equal([]);
  const known = resources.filter(({ type }) => type.startsWith("aws:")).map(({ type, id }) => `${type} ${id}`);
  const there = cloudOf(checkout).things.filter(({ owner }) => owner === undefined);
  expect(there.map(({ token, id }) => `${token} ${id}`).sort()).to.deep.equal(known.sort());
  expect(there).to.have.lengthOf(new Set(known).size).and.not.have.lengthOf(0);
}

/** Nothing of a stack is in the cloud, in the engine's state or on the cluster. */
export async function isGone(checkout: Checkout, stack: string): Promise<void> {
  expect(cloudOf(checkout).things).to.deep.equal([]);
  expect(await stateOf(checkout, stack)).to.deep.equal({ resources: [], pending: [] });
  const left = await checkout.kubectl("get", "nodes,namespaces,validatingadmissionpolicies", "--output=name");
  const names = left.stdout.trim().split("\n");
  expect(names.filter((name) => !/^namespace\/(default|kube-\w+(-\w+)?)$/.test(name))).to.deep.equal([]);
}

/** Nobody was let into a namespace of a stack without its guards; so many grants were looked at, or more. */
export function letNobodyInUnguarded(checkout: Checkout, stack: string, writes: readonly Write[], least: number): void {
  const { grants, unguarded } = rightsIn(writes, planEstate(parseEstate(readStackFile(checkout.root, stack))));
  expect(unguarded).to.deep.equal([]);
  // More where a deployment that goes on after a fault writes a grant again; fewer would mean that nothing was looked at.
  expect(grants).to.be.at.least(least);
}
