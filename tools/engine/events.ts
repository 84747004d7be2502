import * as grpc from "@grpc/grpc-js";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { EventsService } from "@pulumi/pulumi/proto/events_grpc_pb";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

export interface EventStream {
  /** What the CLI's --event-log takes. */
  readonly address: string;
  end(): void;
}

/**
 * Takes in the events of a deployment while it runs. A log file would not do: `up` empties it between its preview
 * and its update, under the eyes of whoever is reading.
 */
export function receiveEvents(onEvent: (event: EngineEvent) => void): Promise<EventStream> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(EventsService, {
    streamEvents(call: grpc.ServerReadableStream<EventRequest, Empty>, done: grpc.sendUnaryData<Empty>) {
      call.on("data", (request: EventRequest) => onEvent(JSON.parse(request.getEvent())));
      call.on("end", () => done(null, new Empty()));
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve({ address: `tcp://127.0.0.1:${port}`, end: () => server.forceShutdown() });
    });
  });
}
