import { spawn } from "node:child_process";
import type { Toolchain } from "../../../tools/toolchain";

export interface Spoken {
  readonly status: number;
  /** Output and errors together, as one would read them. */
  readonly text: string;
}

export type Kubectl = (args: readonly string[], input?: string) => Promise<Spoken>;

/** The real kubectl, as an impersonated user in a namespace. */
export function kubectlAs(toolchain: Toolchain, kubeconfig: string, user: string, namespace: string): Kubectl {
  const [file, ...leading] = toolchain.controlPlane.command("kubectl");
  const who = [
    `--kubeconfig=${kubeconfig}`,
    `--as=${user}`,
    "--as-group=system:authenticated",
    `--namespace=${namespace}`,
  ];
  return (args, input) =>
    new Promise((resolve, reject) => {
      const child = spawn(file, [...leading, ...who, ...args], { stdio: ["pipe", "pipe", "pipe"] });
      const chunks: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
      child.on("error", reject);
      child.on("close", (status) =>
        resolve({ status: status ?? 1, text: Buffer.concat(chunks).toString("utf8").trim() }),
      );
      child.stdin.end(input ?? "");
    });
}
