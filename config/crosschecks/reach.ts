import type { Problem } from "../problems";
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
 * What nodes cannot fetch by the ways out that their network has. What ways there are out of a network that was there
 * already nobody here knows.
 * @param source An image, or an address with its scheme, that stands at `path`.
 */
export function reachProblems(
  { network }: Pick<EksPlatform, "network">,
  path: readonly PropertyKey[],
  source: string,
): Problem[] {
  if (network.nat !== "none" || network.given) return [];
  const host = hostOf(source);
  const isFar = INTERNET.some((name) => host === name || host.endsWith(`.${name}`));
  return isFar ? [{ path, value: source, rule: RULE }] : [];
}

/** As container runtimes read it: what has no dot and no port in its first part is an image of Docker Hub. */
function hostOf(source: string): string {
  const [first = "", ...rest] = source.replace(/^\w+:\/\//, "").split("/");
  return rest.length > 0 && /[.:]/.test(first) ? first.replace(/:\d+$/, "") : "docker.io";
}
