import { z } from "zod";
import { oneOf } from "./grammar";

/** Who makes and ends the nodes of a pool. */
export const SCALINGS = ["managed", "karpenter"] as const;

export const scaling = oneOf("a kind of scaling", SCALINGS);

export const autoscaler = z
  .strictObject({
    image: z
      .string()
      .regex(
        /^[^\s@:]+(:\d+)?[^\s@:]*:v\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/,
        "is not an image with its version; write it as registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0",
      )
      .describe("Image of cluster-autoscaler, of the cluster's minor version."),
  })
  .describe(
    "What makes and ends nodes of managed pools as tenants need them. Unset: not installed, and refused while a pool besides system is managed. There is no default, because one that changes by itself is no pin.",
  );

/** Where Karpenter's charts and its image lie, unless the stack file names a mirror. */
export const KARPENTER_SOURCE = "oci://public.ecr.aws/karpenter";

export const karpenter = z
  .strictObject({
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, "is not a release of Karpenter; write it in full and without a v, as 1.14.1")
      .describe("Release of both charts and of the controller."),
    images: z
      .strictObject({
        al2023: z
          .string()
          .regex(
            /^v20\d{6}$/,
            "is not a release of the image; write its date, as v20260812, and never latest, which replaces nodes whenever AWS likes",
          )
          .describe(
            "Release of Amazon Linux 2023 for EKS. Another one replaces the nodes, some at a time. To ask for them: aws ssm get-parameters-by-path --recursive --path /aws/service/eks/optimized-ami/<minor>/amazon-linux-2023.",
          ),
        bottlerocket: z
          .string()
          .regex(/^v\d+\.\d+\.\d+$/, "is not a release of Bottlerocket; write it in full, as v1.49.0, and never latest")
          .optional()
          .describe("Release of Bottlerocket. Unset: refused while a pool of Karpenter's starts from it."),
      })
      .describe("Images of the nodes; there is no default, for the same reason as with the version."),
    source: z
      .string()
      .regex(
        /^oci:\/\/[^\s/]+(\/[^\s/]+)*$/,
        `is not a registry with a path; write it as ${KARPENTER_SOURCE}, without a slash at its end`,
      )
      .default(KARPENTER_SOURCE)
      .describe(
        `Registry and path below which karpenter-crd, karpenter (the charts) and controller (the image) lie. Unset: ${KARPENTER_SOURCE}.`,
      ),
  })
  .describe(
    "Karpenter, which makes and ends nodes of pools with scaling: karpenter. Unset: not installed, and refused while there is such a pool. It goes on running when the last of them is gone, until this is removed.",
  );
