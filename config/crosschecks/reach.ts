import type { EksPlatform } from "../schema";

/** Where programs are fetched from that is on the internet and nowhere else; what lies below one is too. */
const INTERNET = [
  "docker.io",
  "gcr.io",
  "ghcr.io",
  "mcr.microsoft.com",
  "pkg.dev",
  "public.ecr.aws",
  "quay.io",
  "registry.k8s.io",
  "storage.googleapis.com",
];

const RULE = "is out of reach with platform.network.nat: none; name a mirror that the VPC's endpoints reach";

/**
 * Why nodes cannot fetch a thing by the ways out that their network has; undefined where they may. What ways there are
 * out of a network that was there already nobody here knows.
 * @param source An image, or an address with its scheme.
 */
export function reachFault({ network }: Pick<EksPlatform, "network">, source: string): string | undefined {
  if (network.nat !== "none" || network.given) return undefined;
  const host = hostOf(source);
  return INTERNET.some((name) => host === name || host.endsWith(`.${name}`)) ? RULE : undefined;
}

/** As container runtimes read it: what has no dot and no port in its first part is an image of Docker Hub. */
function hostOf(source: string): string {
  const [first = "", ...rest] = source.replace(/^\w+:\/\//, "").split("/");
  return rest.length > 0 && /[.:]/.test(first) ? first.replace(/:\d+$/, "") : "docker.io";
}
