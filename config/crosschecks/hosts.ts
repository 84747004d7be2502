import type { Tenant } from "../estate";
import type { Problem } from "../problems";

interface OwnedHost {
  readonly tenant: string;
  readonly host: string;
  readonly path: readonly PropertyKey[];
}

/** A host is owned with everything below it, so example.com of one tenant and www.example.com of another collide. */
export function hostProblems(tenants: readonly Tenant[]): Problem[] {
  const hosts = tenants.flatMap(({ id, network }) =>
    network.hosts.map(
      (host, index): OwnedHost => ({ tenant: id, host, path: ["tenants", id, "network", "hosts", index] }),
    ),
  );
  const owners = new Map<string, OwnedHost>();
  for (const owned of hosts) if (!owners.has(owned.host)) owners.set(owned.host, owned);
  return hosts.flatMap((owned) => {
    const owner = suffixes(owned.host)
      .map((suffix) => owners.get(suffix))
      .find((candidate) => candidate !== undefined && candidate !== owned);
    return owner ? [{ path: owned.path, value: owned.host, rule: collision(owned, owner) }] : [];
  });
}

function collision({ tenant, host }: OwnedHost, owner: OwnedHost): string {
  if (owner.tenant === tenant) {
    return owner.host === host
      ? "is listed twice; remove one"
      : `lies in "${owner.host}", which is listed already; remove it`;
  }
  const where = owner.host === host ? "is" : `lies in "${owner.host}", which is`;
  return `${where} owned by tenant "${owner.tenant}"; a host belongs to one tenant, with everything below it`;
}

function suffixes(host: string): string[] {
  const labels = host.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}
