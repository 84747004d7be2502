import type { Architecture } from "../../config/machines";
import type { GvisorRelease } from "../../config/schema";

const STATE = "/var/lib/bulkhead";

/** Where the gate below looks, on every start of the machine: written last, and only by an installation that works. */
const WORKS = `${STATE}/gvisor-works`;

/**
 * Keeps nodeadm, which starts the kubelet, from running before runsc has shown that it works. It is there before
 * anything can fail, so whatever ends the script, a node without its sandbox never joins the cluster; the autoscaler
 * lets go of machines that do not. No pod takes part, and none needs rights over nodes (docs/decisions/0051).
 */
const GATE = `[Unit]
AssertPathExists=${WORKS}`;

const RUNSC_CONFIG = `[runsc_config]
platform = "systrap"
systemd-cgroup = "true"`;

/** Config version 3, that of containerd 2; the key of version 2 is not read there, and nothing says so. */
const CONTAINERD = `[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc]
runtime_type = "io.containerd.runsc.v1"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc.options]
TypeUrl = "io.containerd.runsc.v1.options"
ConfigPath = "/etc/containerd/runsc.toml"`;

/** Where containerd looks for its shims; runsc looks for gvisor-bin beside itself, as another user than root. */
const FOLDER = "/usr/local/bin";

/**
 * User data of an AL2023 node that runs pods in gVisor: a script that cloud-init runs once, between the two halves of
 * nodeadm, and the part of nodeadm's configuration that names the runtime to containerd. EKS adds its own part.
 * @throws TypeError without a digest for the architecture: the cross-checks refuse such a file.
 */
export function gvisorUserData(release: GvisorRelease, architecture: Architecture): string {
  return multipart([
    { type: 'text/x-shellscript; charset="us-ascii"', content: installation(release, architecture) },
    { type: "application/node.eks.aws", content: nodeConfig() },
  ]);
}

function installation({ version, sha512, source }: GvisorRelease, architecture: Architecture): string {
  const digest = sha512[architecture];
  if (digest === undefined) throw new TypeError(`no digest of gVisor for ${architecture}`);
  return `#!/bin/bash
set -euo pipefail
mkdir -p /etc/systemd/system/nodeadm-run.service.d ${STATE}
cat > /etc/systemd/system/nodeadm-run.service.d/bulkhead-gvisor.conf <<'END'
${GATE}
END
systemctl daemon-reload
cd "$(mktemp -d)"
curl --fail --silent --show-error --location --retry 5 --retry-all-errors --max-time 300 \\
  --output gvisor.tar.bz2 '${source}/${version}/${architecture}/gvisor.tar.bz2'
echo '${digest}  gvisor.tar.bz2' | sha512sum --check --strict
# The image has no bzip2, and always the Python that runs this script.
python3 -m tarfile --extract gvisor.tar.bz2 unpacked
install --mode 0755 unpacked/runsc unpacked/containerd-shim-runsc-v1 ${FOLDER}/
rm -rf ${FOLDER}/gvisor-bin
cp --recursive unpacked/gvisor-bin ${FOLDER}/
chmod --recursive u=rwX,go=rX ${FOLDER}/gvisor-bin
mkdir -p /etc/containerd
cat > /etc/containerd/runsc.toml <<'END'
${RUNSC_CONFIG}
END
${FOLDER}/runsc --platform=systrap --network=none do true
touch ${WORKS}
`;
}

function nodeConfig(): string {
  const indented = CONTAINERD.split("\n").map((line) => `      ${line}`);
  return ["apiVersion: node.eks.aws/v1alpha1", "kind: NodeConfig", "spec:", "  containerd:", "    config: |"]
    .concat(indented, "")
    .join("\n");
}

const BOUNDARY = "BULKHEAD";

function multipart(parts: readonly { readonly type: string; readonly content: string }[]): string {
  const bodies = parts.map(({ type, content }) => `--${BOUNDARY}\nContent-Type: ${type}\n\n${content}\n`);
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n${bodies.join("")}--${BOUNDARY}--\n`;
}
