/*
 * What EC2 says of a machine in its name alone: family, generation, letters for what it has, then the size. Cores and
 * memory are not in the name, and no table of them is kept here: it would be out of date within a month.
 */

/** As the kernel of the machine calls itself. */
export type Architecture = "x86_64" | "aarch64";

const SIZE = "nano|micro|small|medium|large|\\d{0,3}xlarge|metal(-\\d+xl)?";
const FAMILY = "[a-z]{1,4}\\d{1,2}[a-z]*(-[a-z0-9]+)?|u-\\d+tb\\d";
const MACHINE = new RegExp(`^(?:${FAMILY})\\.(?:${SIZE})$`);

/** Whether a text is spelled as EC2 spells machine types, as m7i.xlarge, c7gn.4xlarge or i4i.metal. */
export function isMachine(type: string): boolean {
  return MACHINE.test(type);
}

/** How a machine can run virtual machines: as the whole server that it is, as a guest that may have guests, or not. */
export type Virtualization = "metal" | "nested" | "none";

/**
 * Guests that may have guests are Intel's of the eighth generation (AWS, February 2026), and newer ones by that pattern. EC2
 * lists older ones too by now; whoever knows better asks it: aws ec2 describe-instance-types, ProcessorInfo.SupportedFeatures.
 */
export function virtualizationOf(type: string): Virtualization {
  if (/\.metal(-|$)/.test(type)) return "metal";
  const [, generation = "0"] = /^[cmr](\d+)i(?:-flex)?\./.exec(type) ?? [];
  return Number(generation) >= 8 ? "nested" : "none";
}

/** A `g` among the letters after the generation is Graviton: m7g, c7gn, im4gn. g5 and g4dn begin with theirs and are GPUs. */
export function architectureOf(type: string): Architecture {
  const [, letters = ""] = /^[a-z]+\d+([a-z]*)/.exec(type) ?? [];
  return letters.includes("g") || type.startsWith("a1.") ? "aarch64" : "x86_64";
}
