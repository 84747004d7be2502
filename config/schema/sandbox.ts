import { z } from "zod";
import { oneOf, word } from "./grammar";

/** The release that is installed where the stack file names none. Another one replaces the nodes that have it. */
const GVISOR = {
  version: "20260928.0",
  sha512: {
    x86_64:
      "c8d3a9fd4d4c4f5b8ff213caa4517356be128d18659ec4cde37828fe797f61a9725a602a846c81a8ed19c057a996515d31c081eba343ed4613a89951ba32ed59",
    aarch64:
      "926538a4f20056d44838f230297ecec9192db2562e2523a207295f706b76126725f2ff7b4e59d747147510c5714057eeec862a0f77d43bf625746592b5f51b00",
  },
  source: "https://storage.googleapis.com/gvisor/releases/release",
};

/** Where kata-deploy lies, unless the stack file names a mirror. */
export const KATA_SOURCE = "oci://ghcr.io/kata-containers/kata-deploy-charts";
export const KATA_IMAGE = "quay.io/kata-containers/kata-deploy";

const sha512 = z
  .string()
  .regex(/^[0-9a-f]{128}$/, "is not a SHA-512 digest; write its 128 lower-case hexadecimal digits");

export const sandbox = z.strictObject({
  gvisor: z
    .strictObject({
      version: z
        .string()
        .regex(/^20\d{6}\.\d+$/, 'is not a release of gVisor; write its date and number, in quotes, as "20260914.0"')
        .refine((version) => version >= "20260831", "is older than 20260831, the first release that is one archive")
        .describe("Dated release."),
      sha512: z
        .strictObject({
          x86_64: sha512.describe("Digest of the archive for Intel and AMD. Unset: no such nodes run gVisor."),
          aarch64: sha512.describe("Digest of the archive for Graviton. Unset: no such nodes run gVisor."),
        })
        .partial()
        .refine((digests) => Object.keys(digests).length > 0, "is an empty map; name the digest of one architecture")
        .describe(
          "Digest of the release's gvisor.tar.bz2, by architecture; a node that gets anything else never joins.",
        ),
      source: z
        .url({ protocol: /^https$/, error: "is not an address; write it as https://mirror.example.com/gvisor" })
        .regex(/[^/]$/, "ends in a slash; remove it")
        .default(GVISOR.source)
        .describe("Where releases lie, as <source>/<version>/<x86_64 or aarch64>/gvisor.tar.bz2. Unset: gVisor's own."),
    })
    .default(GVISOR)
    .describe(`Release of gVisor, for tenants with isolation.runtime: gvisor. Unset: ${GVISOR.version}.`),
  kata: z
    .strictObject({
      version: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/, "is not a release of kata-deploy; write it in full, as 4.1.0")
        .default("4.1.0")
        .describe("Release of the chart, which brings its image and Kata itself. Unset: 4.1.0."),
      hypervisor: oneOf("a hypervisor", ["qemu", "clh"])
        .default("qemu")
        .describe(
          "What runs the virtual machines: QEMU, or Cloud Hypervisor, which is smaller and for x86_64 only. Unset: qemu.",
        ),
      source: z
        .string()
        .regex(/^oci:\/\/[^\s/]+(\/[^\s/]+)*$/, `is not a registry with a path; write it as ${KATA_SOURCE}`)
        .default(KATA_SOURCE)
        .describe(`Registry and path below which the chart kata-deploy lies. Unset: ${KATA_SOURCE}.`),
      image: word
        .default(KATA_IMAGE)
        .describe(`Image that installs Kata on nodes; without a tag, that of the chart. Unset: ${KATA_IMAGE}.`),
    })
    .prefault({})
    .describe("Kata, for tenants with isolation.runtime: kata. Unset: the release below."),
});
