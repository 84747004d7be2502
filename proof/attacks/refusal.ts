import { type Answer, messageOf } from "../../components/cluster/api";
import type { Layer } from "./walls";

/** Who refused a request, as far as the API server's words tell. */
export interface Refusal {
  /** `unknown`: none of the layers that this file can tell apart. */
  readonly layer: Layer | "unknown";
  /** What the refusal names: a rule, checks, a quota and its keys, a resource. */
  readonly names: readonly string[];
  readonly status: number;
  /** The server's words. */
  readonly message: string;
}

/** How one layer words a refusal. The texts are those of Kubernetes 1.36; tests hold them against the real server. */
interface Wording {
  readonly layer: Layer;
  readonly status: readonly number[];
  readonly text: RegExp;
  /** From the match to what it names. Unset: nothing. */
  readonly names?: (match: RegExpMatchArray, message: string) => readonly string[];
}

/** In order: the first that fits decides, so the more particular ones stand before the more general. */
const WORDINGS: readonly Wording[] = [
  {
    layer: "admission-error",
    status: [403, 422, 500],
    text: /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (?:expression '.*' resulted in error|.*out of cost budget)/s,
    names: ([, policy = ""]) => [policy],
  },
  {
    layer: "admission",
    status: [403],
    text: /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (?:\[([a-z0-9-]+)\])?/,
    names: ([, policy = "", rule]) => [rule ?? policy],
  },
  {
    layer: "pod-security",
    status: [403],
    text: /violates PodSecurity "[^"]+": (.*)$/s,
    names: ([, checks = ""]) => [checks],
  },
  { layer: "quota", status: [403], text: /exceeded quota: /, names: exceededQuotas },
  {
    layer: "quota",
    status: [403],
    text: /failed quota: ([^:]+): must specify (.*)$/,
    names: ([, name = "", keys = ""]) => keys.split(/[;,] ?/).map((key) => `${name}: ${key.split(" ")[0]}`),
  },
  {
    layer: "limits",
    status: [403],
    text: /(?:maximum|minimum) \S+ usage per \w+ is|max limit to request ratio/,
    names: (_, message) => [...message.matchAll(/(?:maximum|minimum) (\S+) usage per/g)].map(([, name = ""]) => name),
  },
  {
    layer: "runtime-class",
    status: [403],
    text: /pod rejected: .*RuntimeClass|conflict: runtimeClass\.scheduling/,
    names: (_, message) => [message],
  },
  {
    layer: "priority",
    status: [403],
    text: /priority admission controller computed|no PriorityClass with name/,
    names: (_, message) => [message],
  },
  { layer: "escalation", status: [403], text: /attempting to grant RBAC permissions not currently held/ },
  {
    layer: "certificates",
    status: [403],
    text: /use of \S+ signer with \S+ group is not allowed|user not permitted to/,
  },
  {
    layer: "node-authorizer",
    status: [403],
    text: /User "system:node:[^"]+" cannot [a-z]+ (?:resource|path)/,
  },
  {
    layer: "node-restriction",
    status: [403],
    text: /is not allowed to (?:modify|set|create|delete|update)|node "[^"]+" can only |node requested token/,
    names: (_, message) => [message],
  },
  { layer: "rbac", status: [403], text: /User "[^"]*" cannot [a-z]+ (?:resource|path) "/ },
  { layer: "schema", status: [400, 422], text: /is invalid: |strict decoding error/, names: (_, message) => [message] },
];

/** Whether it was the prover who may not: nobody was asked anything in the tenant's name. */
export function isProversOwn(answer: Answer): boolean {
  return answer.status === 403 && /cannot impersonate resource/.test(messageOf(answer));
}

/** Reads a refusal. An answer that is none of the layers' is `unknown`: it proves nothing. */
export function refusalOf(answer: Answer): Refusal {
  const { status } = answer;
  const message = messageOf(answer);
  if (isProversOwn(answer)) return { layer: "unknown", names: [], status, message };
  for (const { layer, status: statuses, text, names } of WORDINGS) {
    const match = statuses.includes(status) ? text.exec(message) : null;
    if (match) return { layer, names: names?.(match, message) ?? [], status, message };
  }
  return { layer: "unknown", names: [], status, message };
}

/** `exceeded quota: bulkhead-budget, requested: pods=1,services=1, used: …` names both keys. */
function exceededQuotas(_: RegExpMatchArray, message: string): string[] {
  return [...message.matchAll(/exceeded quota: ([^,]+), requested: (.*?), used: /g)].flatMap(
    ([, name, requested = ""]) => requested.split(",").map((amount) => `${name}: ${amount.split("=")[0]}`),
  );
}
