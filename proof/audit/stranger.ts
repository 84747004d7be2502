import { randomBytes } from "node:crypto";
import { type ClusterApi, messageOf } from "../../components/cluster/api";
import { AUDITOR_PREFIX } from "../../config/names";
import type { Identity } from "../identity";

const LABEL = "app.kubernetes.io/part-of";
const VALUE = "guardrails-audit";
const BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

/** The audit could not be carried through; the message is for the user. */
export class CannotAudit extends Error {
  override readonly name = "CannotAudit";
}

/**
 * Somebody who may do everything and whom no guardrail knows: what it is told, the owner of a workload would be. Its
 * name is made up for this run and can be worn by nobody who does not hold every right already, since only those may
 * impersonate. Its rights are taken away whatever happens, and those that a killed run left by the next one.
 */
export async function asStranger<T>(api: ClusterApi, act: (who: Identity) => Promise<T>): Promise<T> {
  const run = randomBytes(8).toString("hex");
  const who: Identity = { user: `${AUDITOR_PREFIX}${run}`, groups: ["system:authenticated"] };
  await dismissed(api);
  const apiGroup = "rbac.authorization.k8s.io";
  const answer = await api.ask(BINDINGS, {
    method: "POST",
    body: {
      apiVersion: `${apiGroup}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: `bulkhead-audit-${run}`, labels: { [LABEL]: VALUE } },
      roleRef: { apiGroup, kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ apiGroup, kind: "User", name: who.user }],
    },
  });
  if (answer.status !== 201)
    throw new CannotAudit(`an audit needs the rights of an administrator: ${messageOf(answer)}`);
  try {
    await believed(api, who);
    return await act(who);
  } finally {
    await dismissed(api);
  }
}

async function dismissed(api: ClusterApi): Promise<void> {
  const { items } = await api.get<{ items: { metadata: { name: string } }[] }>(
    `${BINDINGS}?labelSelector=${encodeURIComponent(`${LABEL}=${VALUE}`)}`,
  );
  for (const { metadata } of items) await api.ask(`${BINDINGS}/${metadata.name}`, { method: "DELETE" });
}

const POLL_MS = 100;
const PATIENCE_MS = 30_000;

/** The server learns of a binding a moment after it has stored it. */
async function believed(api: ClusterApi, { user, groups }: Identity): Promise<void> {
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, groups, resourceAttributes: { verb: "create", resource: "pods", namespace: "default" } },
  };
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await api.ask("/apis/authorization.k8s.io/v1/subjectaccessreviews", { method: "POST", body });
    const { status } = Object(answer.body) as { status?: { allowed?: boolean } };
    if (status?.allowed) return;
    if (Date.now() > end) throw new CannotAudit("the server does not let the audit's own user in");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
