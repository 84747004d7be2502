import type { Image } from "./schema";

/**
 * What container runtimes call plain containers, by what sets them up. A class has to spell it, and it is a fact of the
 * node's image: a pod whose class names another starts nowhere. In the order in which one is chosen where a node has
 * several; what nodes themselves report goes before all of it (components/runtime/handlers.ts).
 */
export const NATIVE_HANDLERS = {
  /** Its own default, and so most distributions'. Amazon Linux 2023: awslabs/amazon-eks-ami, nodeadm/internal/containerd/runtime_config.go. */
  containerd: "runc",
  /** A wrapper around runc: bottlerocket-os/bottlerocket-core-kit, containerd-config-toml, `default_runtime_name`. */
  bottlerocket: "shimpei",
  /** Since 1.31, and runc before: the release notes of cri-o/cri-o. Its packages bring both. */
  crio: "crun",
  /** On AL2023 with NVIDIA's drivers there is no other: amazon-eks-ami, nodeadm/internal/containerd/runtime_config_nvidia.go. */
  nvidia: "nvidia",
} as const;

/** Of the images that Bulkhead itself starts nodes from, where it is known before there is a node. */
export const IMAGE_HANDLERS: Readonly<Record<Image, string>> = {
  al2023: NATIVE_HANDLERS.containerd,
  bottlerocket: NATIVE_HANDLERS.bottlerocket,
};
