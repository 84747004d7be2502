import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { DEPLOYER } from "../standin/aws/account";
import { componentNames, type GuestName, type Layout, type ProgramName } from "./layout";
import { writeWhole } from "./write";

/**
 * Who asks the API server, and in which groups. Its own components are named as Kubernetes' built-in roles expect. The
 * deployer is a session of a cloud's role, as EKS names it: whether it has a group there is for an access entry to say.
 */
const users = {
  admin: { name: "bulkhead-admin", groups: ["system:masters"] },
  "kube-controller-manager": { name: "system:kube-controller-manager", groups: [] },
  "kube-scheduler": { name: "system:kube-scheduler", groups: [] },
  kwok: { name: "bulkhead-kwok", groups: ["system:masters"] },
  deployer: { name: DEPLOYER, groups: [] },
  "deployer-in-group": { name: DEPLOYER, groups: ["bulkhead:platform"] },
} as const;
export type User = keyof typeof users;

const contextName = "bulkhead-embedded";

/** Makes what the control plane needs before its first start: tokens, and the key that signs service account tokens. */
export function prepareCredentials(layout: Layout): void {
  mkdirSync(layout.pki, { recursive: true, mode: 0o700 });
  if (!existsSync(layout.tokens)) {
    const lines = Object.entries(users).map(([uid, { name, groups }]) =>
      [randomBytes(24).toString("hex"), name, uid, ...groups].join(","),
    );
    writeWhole(layout.tokens, `${lines.join("\n")}\n`);
  }
  if (!existsSync(layout.serviceAccountKey)) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeWhole(layout.serviceAccountPublicKey, publicKey.export({ type: "spki", format: "pem" }));
    writeWhole(layout.serviceAccountKey, privateKey.export({ type: "pkcs8", format: "pem" }));
  }
}

/** What a component's serving certificate is to be verified with; undefined before its first start. */
export function servingCertificate(layout: Layout, component: ProgramName): string | undefined {
  const name = component === "kube-apiserver" ? "apiserver" : component;
  const file = join(layout.certificates(component), `${name}.crt`);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

export function tokenOf(layout: Layout, user: User): string {
  const line = readFileSync(layout.tokens, "utf8")
    .split("\n")
    .find((text) => text.split(",")[2] === user);
  if (line === undefined) {
    throw new Error(`${layout.tokens} has no token of ${user}`);
  }
  return line.slice(0, line.indexOf(","));
}

/** Writes the kubeconfigs of the administrator and of the components that are clients of the API server. */
export function writeKubeconfigs(layout: Layout, server: string): void {
  const ca = servingCertificate(layout, "kube-apiserver") ?? "";
  writeWhole(layout.ca, ca);
  writeWhole(layout.kubeconfig, kubeconfig(server, ca, tokenOf(layout, "admin")));
  for (const component of componentNames) {
    if (component !== "etcd" && component !== "kube-apiserver") {
      writeWhole(layout.access(component), kubeconfig(server, ca, tokenOf(layout, component)));
    }
  }
}

/** Writes the kubeconfig of a service account for the program that is it. */
export function writeGuestKubeconfig(layout: Layout, server: string, name: GuestName, token: string): void {
  const ca = servingCertificate(layout, "kube-apiserver") ?? "";
  writeWhole(layout.access(name), kubeconfig(server, ca, token));
}

function kubeconfig(server: string, ca: string, token: string): string {
  const name = contextName;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
