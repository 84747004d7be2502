import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../support/apply";
import { ROOT } from "../../support/estate";
import type { LiveCluster } from "./control-plane";
import { create, send, verdict } from "./request";
import { namespaceOf } from "./spaces";
import { pod, podSpec } from "./workloads";

/** There are many more bindings here than on a cluster, and kubectl removes one after the other. */
const BREAK_MS = 5 * 60_000;

/** Takes all guardrails off the cluster, so nothing can come after it. */
export function describeBreakGlass(cluster: () => LiveCluster): void {
  describe("the break-glass", function () {
    this.timeout(BREAK_MS);

    it("is what the guide says, and ends every refusal", async () => {
      const { api, kubeconfig, toolchain } = cluster();
      const namespace = namespaceOf("dedicated", "placement-tolerations", "all");
      const refused = create("pods", pod(podSpec({ tolerations: [{ operator: "Exists" }] })));
      expect(verdict(await send(api, refused, namespace))).to.equal("refused by placement-tolerations");
      const guide = readFileSync(join(ROOT, "docs/guides/guardrails.md"), "utf8");
      const commands = [...guide.matchAll(/^kubectl (delete .*)$/gm)].map(([, command = ""]) => command.split(" "));
      expect(commands).to.have.length(2);
      const [file, ...leading] = toolchain.controlPlane.command("kubectl");
      for (const command of commands) {
        const { status, stderr } = spawnSync(file, [...leading, `--kubeconfig=${kubeconfig}`, ...command]);
        expect(status, String(stderr)).to.equal(0);
      }
      await until("nothing is refused", async () => verdict(await send(api, refused, namespace)) === "accepted");
    });
  });
}
