import { rmSync } from "node:fs";
import { controlPlaneStatus, defaultFolder, stopControlPlane, wipeControlPlane } from "./controlplane";
import { ownFolders } from "./controlplane/clusters";
import { residentStack, stackFlag } from "./embedded/stack";

/** npm run stop [-- --wipe]: ends the embedded control plane; --wipe also deletes the cluster and its stacks. */
async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== "--wipe");
  if (unknown.length > 0) {
    console.error(`npm run stop does not know ${unknown.join(" ")}; it takes --wipe`);
    process.exitCode = 2;
  } else if (args.length > 0) {
    for (const folder of ownFolders(defaultFolder)) await wipeControlPlane(folder);
    await wipeControlPlane();
    rmSync(defaultFolder, { recursive: true, force: true });
    console.log("the control plane is stopped; its state and that of its stacks are deleted");
  } else if ((await controlPlaneStatus()).length === 0) {
    console.log("there is no control plane here; npm start makes one");
  } else {
    for (const folder of ownFolders(defaultFolder)) await stopControlPlane(folder);
    await stopControlPlane();
    const stack = residentStack(defaultFolder) ?? "dev";
    console.log(`the control plane is stopped; npm start${stackFlag(stack)} brings it back as it was`);
  }
}

void main(process.argv.slice(2));
