import { join } from "node:path";

/** How one part of the toolchain is made from the sources of Go modules. */
export interface Recipe {
  /** The program's file name, and what its folder in the cache is called. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** The folder with go.mod, go.sum and perhaps a main package. */
  readonly module: string;
  /** The main package to build, as seen from that folder. */
  readonly package: string;
  readonly flags: readonly string[];
  /** Shell scripts that must lie beside the program, by file name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Folders of modules that must lie beside the program too, by the name they get there. Unset: none. */
  readonly folders?: Readonly<Record<string, ModuleFolder>>;
  /** How a user can give this part without any build. */
  readonly remedy: string;
}

/** A folder in the sources of a module that go.mod requires. */
export interface ModuleFolder {
  readonly module: string;
  readonly path: string;
}

/** Of Karpenter itself, its node class for AWS, and its charts, which all have the same. */
export const karpenterVersion = "1.14.1";
const pulumiVersion = "3.259.0";
const kubernetesVersion = "1.36.3";
const kubernetes = join(__dirname, "controlplane");
const version = "k8s.io/component-base/version";

/** No cgo, no paths and no commit in the binaries: what goes in is what the cache key says, and nothing else. */
const reproducible = ["-trimpath", "-buildvcs=false"];

export const pulumi: Recipe = {
  name: "pulumi",
  title: "Pulumi CLI",
  module: join(__dirname, "pulumi"),
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  flags: [
    ...reproducible,
    "-tags=osusergo,grpcnotrace",
    // The Automation API parses the version, so it must be stamped.
    `-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
  ],
  // The CLI takes a language host that lies beside it without a warning; which one it is, whoever runs the CLI decides.
  scripts: { "pulumi-language-nodejs": 'exec "$BULKHEAD_LANGUAGE_HOST" "$@"' },
  remedy: "install the Pulumi CLI 3.226 or newer, so that pulumi and pulumi-language-nodejs are on PATH",
};

export const controlPlane: Recipe = {
  name: "controlplane",
  title: "Kubernetes control plane",
  module: kubernetes,
  package: ".",
  flags: [
    ...reproducible,
    "-pgo=off",
    `-ldflags=-s -w -X ${version}.gitVersion=v${kubernetesVersion} -X ${version}.gitMajor=1 -X ${version}.gitMinor=36`,
  ],
  scripts: {},
  remedy:
    "set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl " +
    "of Kubernetes 1.30 or newer, or put all five on PATH",
};

export const kwok: Recipe = {
  name: "kwok",
  title: "kwok (simulated nodes)",
  module: kubernetes,
  package: "sigs.k8s.io/kwok/cmd/kwok",
  flags: [...reproducible, "-ldflags=-s -w"],
  scripts: {},
  remedy: "put kwok on PATH",
};

const karpenterForAws = "github.com/aws/karpenter-provider-aws";

export const karpenter: Recipe = {
  name: "karpenter",
  title: "Karpenter",
  module: join(__dirname, "karpenter"),
  package: ".",
  flags: [...reproducible, "-ldflags=-s -w"],
  scripts: {},
  // As the registry has them, but for the version, which is written into a chart when it is published.
  folders: {
    "charts/karpenter": { module: karpenterForAws, path: "charts/karpenter" },
    "charts/karpenter-crd": { module: karpenterForAws, path: "charts/karpenter-crd" },
  },
  remedy: "no machine has its own; without it, leave platform.karpenter out of the stack",
};
