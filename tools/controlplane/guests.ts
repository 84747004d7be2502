import { type Answer, withApi } from "./api";
import { type Component, serverUrl } from "./components";
import { writeGuestKubeconfig } from "./credentials";
import { type GuestName, guestNames, type Layout } from "./layout";
import { endNamed, ensure } from "./lifecycle";
import { type Guest, type Ports, readState, type State, settlePorts, writeState } from "./state";

/** A program that works in the name of a service account, in place of the pods that would. */
export interface Invitation {
  readonly name: GuestName;
  readonly account: { readonly namespace: string; readonly name: string };
  readonly command: readonly string[];
  /** Variables of that program on top of its kubeconfig and its ports. */
  readonly environment: Readonly<Record<string, string>>;
}

/** For as long as a throw-away cluster may live: nobody is there to renew it in between. */
const TOKEN_SECONDS = 10 * 365 * 24 * 3600;

/** Runs a guest from now on, also after a stop and a start; one that runs differently is restarted. */
export async function welcome(invitation: Invitation, layout: Layout): Promise<void> {
  const { name, command, environment } = invitation;
  const state = present(readState(layout));
  const token = await tokenFor(invitation, layout);
  const ports = await settlePorts(state);
  const guest = { command, environment, token };
  writeState(layout, { ...state, ports, guests: { ...state.guests, [name]: guest } });
  await startGuest(name, guest, layout, ports);
}

/** Ends a guest, and does not run it again. */
export async function dismiss(name: GuestName, layout: Layout): Promise<void> {
  await endNamed(name, layout);
  const state = readState(layout);
  if (state !== undefined) {
    const { [name]: _gone, ...guests } = state.guests ?? {};
    writeState(layout, { ...state, guests });
  }
}

/** Brings back the guests that there were, with the address that the API server has by now. */
export async function ensureGuests(layout: Layout): Promise<void> {
  const { guests = {}, ports } = present(readState(layout));
  await Promise.all(
    guestNames.map(async (name) => {
      const guest = guests[name];
      if (guest !== undefined) {
        await startGuest(name, guest, layout, ports);
      }
    }),
  );
}

async function startGuest(name: GuestName, guest: Guest, layout: Layout, ports: Ports): Promise<void> {
  writeGuestKubeconfig(layout, serverUrl(ports), name, guest.token);
  await ensure({ name, command: commandOf(name, guest, layout, ports) }, layout, () => {});
}

/** Karpenter takes no flag for its kubeconfig, so everything is a variable. */
function commandOf(
  name: GuestName,
  { command, environment }: Guest,
  layout: Layout,
  ports: Ports,
): Component["command"] {
  const variables = {
    ...environment,
    KUBECONFIG: layout.access(name),
    // On AWS a kubelet makes its node. Here kwok is the kubelet of all nodes.
    CLOUD_KUBECONFIG: layout.access("kwok"),
    HEALTH_PROBE_PORT: String(ports[name]),
    METRICS_PORT: String(ports[`${name}-metrics`]),
  };
  return ["/usr/bin/env", ...Object.entries(variables).map(([key, value]) => `${key}=${value}`), ...command];
}

async function tokenFor({ account }: Invitation, layout: Layout): Promise<string> {
  const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`;
  const body = { spec: { expirationSeconds: TOKEN_SECONDS } };
  const answer = await withApi(layout.kubeconfig, (api) => api("POST", path, body));
  const { status } = answer.body as { status?: { token?: string } };
  if (answer.status !== 201 || status?.token === undefined) {
    throw new Error(`no token for ${account.namespace}/${account.name}: ${wordsOf(answer)}`);
  }
  return status.token;
}

function wordsOf({ status, body }: Answer): string {
  return `${status} ${(body as { message?: string }).message ?? ""}`;
}

function present(state: State | undefined): State {
  if (state === undefined) {
    throw new Error("there is no control plane to be a guest of; run npm start");
  }
  return state;
}
