import * as grpc from "@grpc/grpc-js";

/** How often a plugin looks whether the CLI that started it is still there, in milliseconds. */
const PARENT_CHECK = 1000;

/**
 * Serves one gRPC service on a free loopback port and prints that port, which is how the engine finds a plugin.
 * Handlers that a service declares and `handlers` lacks answer "unimplemented", which the engine takes as "too old to know".
 */
export async function serve<S extends grpc.UntypedServiceImplementation>(
  service: grpc.ServiceDefinition<S>,
  handlers: Partial<S>,
): Promise<void> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    // Statistics that nobody asks for, at some cost a call.
    "grpc.enable_channelz": 0,
  });
  server.addService(service, handlers as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  process.stdout.write(`${port}\n`);
  // Told to go, it goes by way of `exit`, so that what it has started can be taken along.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  exitWithParent();
}

/** A CLI that is killed cannot end its plugins; an orphan would live for ever. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK).unref();
}

type Answer<Q, A> = (request: Q, call: grpc.ServerUnaryCall<Q, A>) => A | Promise<A>;

/** An async function as a gRPC handler. What it throws reaches the user as the error's message, without a stack. */
export function unary<Q, A>(answer: Answer<Q, A>): grpc.handleUnaryCall<Q, A> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request, call))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(asServiceError(error)),
      );
  };
}

/** An error that carries what gRPC needs to pass on: a code, or details in its metadata. */
export class RpcError extends Error {
  constructor(
    message: string,
    readonly code: grpc.status,
    readonly metadata = new grpc.Metadata(),
  ) {
    super(message);
  }
}

function asServiceError(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof RpcError) return { code: error.code, details: error.message, metadata: error.metadata };
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

export function unimplemented(message: string): RpcError {
  return new RpcError(message, grpc.status.UNIMPLEMENTED);
}

/** The engine's address: the one argument of a plugin that is not a flag. */
export function engineAddress(argv: readonly string[]): string | undefined {
  return argv.slice(2).find((argument) => !argument.startsWith("-"));
}
