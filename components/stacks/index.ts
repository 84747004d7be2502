import * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../config/estate";
import type { Problem } from "../../config/problems";
import { type Asked, memoryProblems, orphanProblems, orphansOf, parentProblems } from "./plan";

/** Asks for what a stack exported last, by its whole name: organization/project/stack. */
export type AskStack = (name: string) => Promise<Asked>;

/** Where the stacks of this project are found. */
export interface Registry {
  readonly ask: AskStack;
  /** Whole name of a stack of this project. */
  readonly nameOf: (stack: string) => string;
}

/** What stands in the way of this stack because of those that it comes from, or that come from it. */
export async function kinProblems(
  estate: Estate,
  stack: string,
  { ask: askByName, nameOf }: Registry,
): Promise<Problem[]> {
  const ask = (other: string) => askByName(nameOf(other));
  const { parent, platform } = estate;
  if (parent) return parentProblems(parent, stack, await ask(parent.stack));
  if (platform.kind !== "eks") return [];
  const before = await ask(stack);
  const orphans = orphansOf(estate, before);
  const problems = orphans.map(async (orphan) => orphanProblems(orphan, await ask(orphan.stack), estate));
  return [...memoryProblems(before), ...(await Promise.all(problems)).flat()];
}

/**
 * The engine's own function and not a StackReference, which ends the program where there is no such stack, before
 * anybody can say what to do about it (pulumi/pulumi#16591).
 */
export async function askEngine(name: string): Promise<Asked> {
  try {
    const answer = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    return (answer as { outputs?: Asked }).outputs ?? {};
  } catch (error) {
    const [line = ""] = (error as Error).message.split("\n");
    return { fault: line.replace(/^invocation of \S+ returned an error: /, "") };
  }
}

/** Writes down in the state of this stack which one it comes from. */
export function referTo(name: string): void {
  new pulumi.StackReference("parent", { name });
}
