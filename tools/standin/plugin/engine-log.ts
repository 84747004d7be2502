import type { LogRequest as LogRequestType } from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "info" | "warning" | "error";

/** Messages from a plugin to the person in front of the CLI. */
export interface EngineLog {
  /** A line below the resource, kept on the screen and in the event log. */
  say(severity: Severity, message: string, urn?: string): void;
  /** A word in the resource's status column while it is being worked on; the next one replaces it, "" clears it. */
  status(message: string, urn: string): void;
}

/** Never fails and never waits: a lost message must not fail a deployment. */
export function engineLog(address: string | undefined): EngineLog {
  let send: ((request: LogRequestType) => void) | undefined;
  const log = (severity: Severity, message: string, urn: string, ephemeral: boolean) => {
    if (!address) return;
    // Loaded on the first message only: most runs have none, and every plugin start counts.
    const proto = require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb");
    send ??= connect(address);
    const level = { info: proto.LogSeverity.INFO, warning: proto.LogSeverity.WARNING, error: proto.LogSeverity.ERROR };
    send(new proto.LogRequest().setSeverity(level[severity]).setMessage(message).setUrn(urn).setEphemeral(ephemeral));
  };
  const busy = new Set<string>();
  return {
    say: (severity, message, urn = "") => log(severity, message, urn, false),
    status(message, urn) {
      // Most resources never have a status, and need none to be cleared.
      if (message === "" && !busy.delete(urn)) return;
      if (message !== "") busy.add(urn);
      log("info", message, urn, true);
    },
  };
}

function connect(address: string): (request: LogRequestType) => void {
  const { credentials } = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
  const { EngineClient } =
    require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
  const client = new EngineClient(address, credentials.createInsecure());
  return (request) => client.log(request, () => undefined);
}
