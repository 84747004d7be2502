import { oneOf } from "./grammar";

/** Images for nodes that AWS keeps up to date for EKS and that Bulkhead knows how to start machines from. */
export const IMAGES = ["al2023", "bottlerocket"] as const;

export const image = oneOf("an image", IMAGES);
