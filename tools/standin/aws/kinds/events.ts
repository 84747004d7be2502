import { ACCOUNT, regionalArn } from "../account";
import { complaint, type Kind, text } from "../kind";
import { Refusal } from "../refusal";
import { documentRules, policyText } from "./policy-document";
import { EVENT_RULE, QUEUE } from "./tokens";

export const eventRule: Kind = {
  token: EVENT_RULE,
  title: "EventBridge Rule",
  naming: { field: "name", longest: 64 },
  defaults: { eventBusName: "default", forceDestroy: false },
  fixed: ["name", "namePrefix", "eventBusName"],
  rules: [
    ({ eventPattern, scheduleExpression }) =>
      eventPattern === undefined && scheduleExpression === undefined
        ? complaint("eventPattern", "one of `event_pattern,schedule_expression` must be specified")
        : [],
    ({ eventPattern }) => jsonFault("eventPattern", text(eventPattern)),
    ({ name }) =>
      text(name) === undefined || /^[\w.-]{1,64}$/.test(text(name) ?? "")
        ? []
        : complaint("name", `"name" doesn't comply with restrictions ("^[0-9A-Za-z._-]+$"), 64 at most: ${text(name)}`),
  ],
  born: ({ inputs, region }) => ({
    id: text(inputs, "name") ?? "",
    state: { arn: regionalArn("events", region, `rule/${inputs.name}`) },
  }),
  held: () => new Refusal("ValidationException", "Rule can't be deleted since it has targets."),
};

function jsonFault(property: string, value: string | undefined) {
  try {
    if (value !== undefined) JSON.parse(value);
    return [];
  } catch {
    return complaint(property, `"${property}" contains an invalid JSON`);
  }
}

export const eventTarget: Kind = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  title: "EventBridge Target",
  naming: { field: "targetId", longest: 64 },
  defaults: { eventBusName: "default", forceDestroy: false },
  fixed: ["rule", "eventBusName", "targetId"],
  references: [
    {
      field: "rule",
      to: EVENT_RULE,
      missing: (name) => new Refusal("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`),
    },
    { field: "arn", to: QUEUE, by: "arn", without: "stays" },
  ],
  born: ({ inputs }) => ({ id: `${inputs.rule}-${inputs.targetId}` }),
};

export const queue: Kind = {
  token: QUEUE,
  title: "SQS Queue",
  naming: { field: "name", longest: 80 },
  defaults: {
    delaySeconds: 0,
    maxMessageSize: 262144,
    messageRetentionSeconds: 345600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  fixed: ["name", "namePrefix", "fifoQueue"],
  rules: [
    // SQS developer guide, "Queue and message identifiers".
    ({ name }) =>
      text(name) === undefined || /^[\w-]{1,80}(\.fifo)?$/.test(text(name) ?? "")
        ? []
        : complaint("name", `invalid queue name: ${text(name)}`),
    ({ kmsMasterKeyId, sqsManagedSseEnabled }) =>
      kmsMasterKeyId !== undefined && sqsManagedSseEnabled === true
        ? complaint("sqsManagedSseEnabled", '"sqs_managed_sse_enabled": conflicts with kms_master_key_id')
        : [],
  ],
  admit({ inputs, cloud, thing }) {
    const twin = cloud.all(QUEUE).some((other) => other.id !== thing?.id && other.inputs.name === inputs.name);
    if (twin) throw new Refusal("QueueAlreadyExists", "A queue already exists with the same name");
  },
  born({ inputs, region }) {
    const url = `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${inputs.name}`;
    return {
      id: url,
      state: {
        url,
        arn: regionalArn("sqs", region, text(inputs, "name") ?? ""),
        sqsManagedSseEnabled: inputs.sqsManagedSseEnabled ?? true,
      },
    };
  },
};

export const queuePolicy: Kind = {
  token: "aws:sqs/queuePolicy:QueuePolicy",
  title: "SQS Queue Policy",
  fixed: ["queueUrl"],
  references: [
    {
      field: "queueUrl",
      to: QUEUE,
      missing: () => new Refusal("QueueDoesNotExist", "The specified queue does not exist."),
      without: "ends",
    },
  ],
  rules: documentRules("policy", "resource"),
  born: ({ inputs }) => ({ id: text(inputs, "queueUrl") ?? "", state: { policy: policyText(inputs.policy) } }),
  changed: ({ inputs }) => ({ policy: policyText(inputs.policy) }),
};
