import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import type { Kata } from "../../config/schema";
import { manifestsUnder } from "../construct";
import { kataGuard, kataRelease } from "./kata.plan";

export interface KataInstallerArgs {
  readonly kata: Kata;
  /** What runs on every node, and what gives pods a network. */
  readonly after: readonly pulumi.Resource[];
}

/** What installs Kata on nodes when they join; its account is held to its own node before it has a token. */
export class KataInstaller extends pulumi.ComponentResource {
  /** What has to be there before a node of Kata's joins, and as long as there is one. */
  readonly needed: readonly pulumi.Resource[];

  constructor(name: string, { kata, after }: KataInstallerArgs, opts: pulumi.ComponentResourceOptions) {
    super("bulkhead:runtime:KataInstaller", name, {}, opts);
    const create = manifestsUnder(this, name);
    const guards: pulumi.Resource[] = [];
    for (const manifest of kataGuard()) guards.push(create(manifest, { dependsOn: [...guards] }));
    const release = new Release(name, kataRelease(kata), { parent: this, dependsOn: [...guards, ...after] });
    this.needed = [release];
    this.registerOutputs({});
  }
}
