import { TENANT_LABEL } from "../../config/names";
import type { Attack } from "./attack";
import { pod } from "./legal";
import { neighbour, scratchPod } from "./placement";
import { JSON_PATCH, patching, STRATEGIC } from "./request";
import { admission, unlessUnknown } from "./walls";

const toleration = (fields: Readonly<Record<string, unknown>>) => pod({ tolerations: [fields] });

/** Servers that compare no taints know no such operator. */
const comparing = (id: string, title: string, operator: "Gt" | "Lt", value: string): Attack => ({
  id,
  alias: "X-PL-2",
  title,
  control: pod(),
  attack: toleration({ key: TENANT_LABEL, operator, value, effect: "NoSchedule" }),
  stoppedBy: unlessUnknown(admission("placement-tolerations"), "Unsupported value"),
});

/** A toleration is a key to somebody's nodes. */
export const tolerations: readonly Attack[] = [
  {
    id: "T06",
    alias: "X-PL-2",
    title: "tolerate every taint of every node",
    control: pod(),
    attack: toleration({ operator: "Exists" }),
    stoppedBy: admission("placement-tolerations"),
  },
  {
    id: "T06-no-execute",
    alias: "X-PL-2",
    title: "tolerate every taint that evicts",
    control: pod(),
    attack: toleration({ operator: "Exists", effect: "NoExecute" }),
    stoppedBy: admission("placement-tolerations"),
  },
  {
    id: "T07",
    alias: "X-PL-2",
    title: "tolerate every tenant's nodes with a key-only toleration",
    control: pod(),
    attack: toleration({ key: TENANT_LABEL, operator: "Exists" }),
    stoppedBy: admission("placement-tolerations"),
  },
  {
    id: "T07-neighbour",
    alias: "X-PL-2",
    title: "tolerate a neighbour's nodes",
    control: pod(),
    attack: pod((scene) => ({
      tolerations: [{ key: TENANT_LABEL, operator: "Equal", value: neighbour(scene), effect: "NoSchedule" }],
    })),
    stoppedBy: admission("placement-tolerations"),
  },
  {
    id: "T07-system",
    title: "tolerate the control plane's nodes",
    control: pod(),
    attack: toleration({ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }),
    stoppedBy: admission("placement-tolerations"),
  },
  {
    id: "T08",
    alias: "X-PL-2",
    title: "tolerate a neighbour's nodes for every effect at once",
    control: pod(),
    attack: pod((scene) => ({ tolerations: [{ key: TENANT_LABEL, operator: "Equal", value: neighbour(scene) }] })),
    stoppedBy: admission("placement-tolerations"),
  },
  comparing("T08-greater", "tolerate all nodes whose taint is greater than a number", "Gt", "0"),
  comparing("T08-less", "tolerate all nodes whose taint is less than a number", "Lt", "9223372036854775807"),
  {
    id: "T09",
    title: "add a toleration to a pod that exists",
    control: patching(scratchPod, { metadata: { labels: { proof: "touched" } } }, STRATEGIC, { needs: ["pod"] }),
    attack: patching(
      scratchPod,
      (scene) => [
        {
          op: "add",
          path: "/spec/tolerations/-",
          value: { key: TENANT_LABEL, operator: "Equal", value: neighbour(scene), effect: "NoSchedule" },
        },
      ],
      JSON_PATCH,
      { needs: ["pod"] },
    ),
    stoppedBy: admission("placement-tolerations"),
  },
];
