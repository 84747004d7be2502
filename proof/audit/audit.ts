import { type Answer, type ClusterApi, messageOf } from "../../components/cluster/api";
import { collection } from "../../components/cluster/collection";
import { guards, rules } from "../../components/guardrails/guards";
import { NO_EXEMPTIONS } from "../../components/guardrails/identities";
import { GUARDRAIL_LABEL } from "../../config/names";
import { refusalOf } from "../attacks/refusal";
import { impersonation } from "../identity";
import { apiVersionOf } from "../live/served";
import { type Entry, inventory } from "./inventory";
import { replayOf } from "./replay";
import { asStranger, CannotAudit } from "./stranger";

export { CannotAudit } from "./stranger";

/** One rule that something which is there would not pass if it were made again. */
export interface Finding {
  readonly rule: string;
  readonly namespace: string;
  /** As `Deployment web`. */
  readonly object: string;
  /** What is wrong; what to write instead. */
  readonly message: string;
}

/** Something that was turned away before any rule had looked at it. */
export interface Undecided {
  readonly namespace: string;
  readonly object: string;
  readonly reason: string;
}

export interface Audit {
  readonly asked: number;
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  /** Ended by the user before everything had been asked. */
  readonly interrupted: boolean;
}

export interface AuditOptions {
  /** Namespaces of the platform besides the control plane's own. */
  readonly platformNamespaces: readonly string[];
  /** Requests under way at the same time. Unset: 8. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly tell?: (done: number, of: number) => void;
}

const CONCURRENCY = 8;

/**
 * What the guardrails would say if everything that is there were made again, asked of the server without keeping
 * anything. Complete where they only warn; where they enforce, of several rules only the first is named.
 * @throws CannotAudit where no guardrails are bound, or the caller may not ask in somebody else's name.
 */
export async function audit(api: ClusterApi, options: AuditOptions): Promise<Audit> {
  const { platformNamespaces, concurrency = CONCURRENCY, signal, tell } = options;
  await bound(api);
  const entries = await inventory(api, platformNamespaces);
  const verdicts: Verdict[] = [];
  await asStranger(api, async (who) => {
    const queue = entries.values();
    const headers = impersonation(who);
    const worker = async () => {
      for (const entry of queue) {
        if (signal?.aborted) return;
        verdicts.push(verdictOn(entry, await replayed(api, entry, headers)));
        tell?.(verdicts.length, entries.length);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  });
  return {
    asked: verdicts.length,
    findings: unique(verdicts.flatMap(({ findings }) => findings)),
    undecided: verdicts.flatMap(({ undecided }) => undecided),
    interrupted: signal?.aborted ?? false,
  };
}

async function bound(api: ClusterApi): Promise<void> {
  const { items } = await api.get<{ items: unknown[] }>(
    `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings?labelSelector=${GUARDRAIL_LABEL}`,
  );
  if (items.length === 0) {
    throw new CannotAudit(`${api.server} has no guardrails; deploy them with guardrails: { mode: warn } first`);
  }
}

function replayed(api: ClusterApi, { kind, object }: Entry, headers: Record<string, string | string[]>) {
  const { namespace } = object.metadata;
  const place = collection(apiVersionOf(kind), kind.resource, { namespace });
  return api.ask(`${place}?dryRun=All&fieldValidation=Ignore`, {
    method: "POST",
    body: replayOf(object),
    headers,
  });
}

interface Verdict {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
}

/** A tenant that is frozen or leaving may make nothing at all; that says nothing about what is there. */
const OF_STATE = new Set(
  guards(NO_EXEMPTIONS).flatMap((guard) => (guard.concern === "state" ? guard.rules.map(({ id }) => id) : [])),
);
const MESSAGES = new Map(rules.map(({ id, message }) => [id, message]));

const COMPLAINT =
  /ValidatingAdmissionPolicy '[^']*' (?:with binding '[^']*')?(?: denied request)?: \[([a-z0-9-]+)\] (.*)$/s;

const CONFLICT = 409;

function verdictOn({ object, root }: Entry, answer: Answer): Verdict {
  const { namespace } = object.metadata;
  const findings = [...answer.warnings, messageOf(answer)].flatMap((text): Finding[] => {
    const [, rule = "", said = ""] = COMPLAINT.exec(text) ?? [];
    const known = MESSAGES.get(rule);
    if (known === undefined || OF_STATE.has(rule)) return [];
    // The server cuts warnings off.
    return [{ rule, namespace, object: root, message: said.length < known.length ? known : said }];
  });
  if (findings.length > 0 || wasJudged(answer)) return { findings, undecided: [] };
  return { findings, undecided: [{ namespace, object: root, reason: messageOf(answer) }] };
}

/** The name is taken, as it has to be, and the quota is counted: both come after the guardrails. */
function wasJudged(answer: Answer): boolean {
  if (answer.status < 300 || answer.status === CONFLICT) return true;
  const refusal = refusalOf(answer);
  return refusal.layer === "quota" || (refusal.layer === "admission" && refusal.names.some((id) => OF_STATE.has(id)));
}

/** A pod and its workload say the same, and so do their pods. */
function unique(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const finding of findings) {
    const key = [finding.rule, finding.namespace, finding.object].join(" ");
    if (!byKey.has(key)) byKey.set(key, finding);
  }
  const key = ({ rule, namespace, object }: Finding) => [rule, namespace, object].join(" ");
  return [...byKey.values()].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
