import { ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

/** What one would write without thinking about it: as many typed objects a tenant, one after the other, nothing tuned. */
const config = new pulumi.Config("naive");
const provider = new Provider("cluster", { kubeconfig: config.require("kubeconfig"), clusterIdentifier: "naive" });
for (let tenant = 0; tenant < config.requireNumber("tenants"); tenant++) {
  const namespace = new Namespace(`naive-${tenant}`, { metadata: { name: `naive-${tenant}` } }, { provider });
  for (let item = 1; item < config.requireNumber("objects"); item++) {
    const metadata = { name: `item-${item}`, namespace: namespace.metadata.name };
    new ConfigMap(`naive-${tenant}-${item}`, { metadata, data: { tenant: String(tenant) } }, { provider });
  }
}
