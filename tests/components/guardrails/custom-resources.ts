import type { Manifest } from "../../../components/manifest";
import { customResource } from "../../support/custom-resources";

/** Kinds that guards name. */
export const CUSTOM_RESOURCES: readonly Manifest[] = [
  ...["Gateway", "HTTPRoute", "TCPRoute", "ReferenceGrant"].map((kind) =>
    customResource("gateway.networking.k8s.io", kind),
  ),
  customResource("snapshot.storage.k8s.io", "VolumeSnapshot"),
];
