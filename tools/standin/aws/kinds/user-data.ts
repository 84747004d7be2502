import type { PropertyMap } from "../../plugin/properties";
import { text } from "../kind";

/** Nothing, a comment, a table's head or a setting: as much of TOML as settings need. */
const TOML = /^\s*($|#|\[[\w."-]+\]|[\w."-]+\s*=)/;

/** Amazon EKS user guide, "Specify user data": EKS merges its own part into it, so it has to be of the image's form. */
export function userDataFault(amiType: string, template: PropertyMap): string | undefined {
  const data = userDataOf(template);
  if (data === "" || template.imageId !== undefined) return undefined;
  const words = "Ec2LaunchTemplateInvalidConfiguration: User data was not in the";
  if (amiType.startsWith("BOTTLEROCKET")) {
    const isToml = data.split("\n").every((line) => TOML.test(line)) && !data.startsWith("#!");
    return isToml ? undefined : `${words} TOML format required by Bottlerocket.`;
  }
  return /^(MIME-Version|Content-Type): /i.test(data) ? undefined : `${words} MIME multipart format.`;
}

/** What the container runtime of such a node calls what it starts containers with: the image's own, and what is installed. */
export function handlersOf(amiType: string, template: PropertyMap | undefined): string[] {
  if (amiType.startsWith("BOTTLEROCKET")) return ["shimpei"];
  const installed = /containerd\.runtimes\.(\w+)\]/.exec(userDataOf(template))?.[1];
  return installed === undefined ? ["runc"] : ["runc", installed];
}

function userDataOf(template: PropertyMap | undefined): string {
  return Buffer.from(text(template, "userData") ?? "", "base64").toString("utf8");
}
