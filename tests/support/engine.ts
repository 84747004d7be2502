import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ReadResourceResponse, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource as the engine was asked to register it. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for components and the stack itself. */
  readonly custom: boolean;
  /** Plain values: what a policy would read. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs that are, or hold, a secret. */
  readonly secretInputs: readonly string[];
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** `urn::id` of the explicit provider; empty where none was given. */
  readonly provider: string;
  /** URNs, in alphabetical order. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export type Phase = "preview" | "update";

/** By token, as aws:ec2/getVpc:getVpc. */
export type Answers = Readonly<Record<string, (args: Json) => object>>;

type Reply = (error: Error | null, response?: unknown) => void;
type Json = Readonly<Record<string, unknown>>;

/** What the SDK sends; the fields that are read here. */
interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getProvider(): string;
  getObject(): { toJavaScript(): Json } | undefined;
  getDependenciesList(): string[];
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDeletebeforereplace(): boolean;
}

interface ReadResourceRequest {
  getType(): string;
  getName(): string;
  getProperties(): { toJavaScript(): Json } | undefined;
}

interface InvokeRequest {
  getTok(): string;
  getProvider(): string;
  getArgs(): { toJavaScript(): Json } | undefined;
}

/** A question that a program asked of a provider. */
export interface Question {
  readonly token: string;
  /** `urn::id` of the explicit provider; empty where none was given. */
  readonly provider: string;
}

const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/**
 * The engine's side of a program, without an engine: writes down what is registered and answers as a provider would
 * that makes everything at once. URNs are the engine's own; a preview gives no id, as for a resource not yet made.
 */
export class RecordingEngine {
  readonly resources: RegisteredResource[] = [];
  /** Whole names of the stacks that the program refers to. */
  readonly references: string[] = [];
  readonly questions: Question[] = [];

  constructor(
    private readonly project: string,
    private readonly stack: string,
    private readonly phase: Phase,
    /** What a provider adds to the inputs of a resource of a type. */
    private readonly added: Readonly<Record<string, Json>> = {},
    /** What a provider answers when it is only asked, by token. */
    private readonly answers: Answers = {},
  ) {}

  registerResource(request: RegisterResourceRequest, reply: Reply): void {
    const resource = this.recordOf(request);
    this.resources.push(resource);
    const response = new RegisterResourceResponse();
    response.setUrn(resource.urn);
    response.setId(resource.custom && this.phase === "update" ? `id-of-${resource.name}` : "");
    const made = { ...request.getObject()?.toJavaScript(), ...this.added[resource.type] };
    response.setObject(Struct.fromJavaScript(made as never));
    reply(null, response);
  }

  registerResourceOutputs(_request: unknown, reply: Reply): void {
    reply(null, {});
  }

  /** Output values stay off, as in the SDK's own mocks, so that inputs are plain. */
  supportsFeature(request: { getId(): string }, reply: Reply): void {
    const supported = !["outputValues", "transforms", "invokeTransforms"].includes(request.getId());
    reply(null, { getHassupport: () => supported });
  }

  invoke(request: InvokeRequest, reply: Reply): void {
    const answer = this.answers[request.getTok()];
    if (!answer) {
      reply(new Error(`the program is not expected to call ${request.getTok()}`));
      return;
    }
    this.questions.push({ token: request.getTok(), provider: request.getProvider() });
    try {
      const response = new InvokeResponse();
      response.setReturn(Struct.fromJavaScript(answer(request.getArgs()?.toJavaScript() ?? {}) as never));
      reply(null, response);
    } catch (error) {
      // As gRPC hands it on.
      const { message } = error as Error;
      reply(Object.assign(new Error(message), { details: message }));
    }
  }

  /** Stacks are the only thing that a program reads without making it. */
  readResource(request: ReadResourceRequest, reply: Reply): void {
    if (request.getType() !== STACK_REFERENCE) {
      reply(new Error(`the program is not expected to read a ${request.getType()}`));
      return;
    }
    const name = request.getProperties()?.toJavaScript().name;
    this.references.push(String(name));
    const response = new ReadResourceResponse();
    response.setUrn(`urn:pulumi:${this.stack}::${this.project}::${STACK_REFERENCE}::${request.getName()}`);
    response.setProperties(Struct.fromJavaScript({ name, outputs: {}, secretOutputNames: [] } as never));
    reply(null, response);
  }

  private recordOf(request: RegisterResourceRequest): RegisteredResource {
    const inputs = request.getObject()?.toJavaScript() ?? {};
    return {
      urn: this.urnOf(request),
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      inputs: revealed(inputs) as Json,
      secretInputs: Object.keys(inputs).filter((name) => holdsSecret(inputs[name])),
      parent: request.getParent(),
      provider: request.getProvider(),
      dependsOn: request.getDependenciesList().sort(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      deletedWith: request.getDeletedwith(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
    };
  }

  /** The SDK's mocks shorten the chain of parent types; the engine does not. */
  private urnOf(request: RegisterResourceRequest): string {
    const chain = request.getParent().split("::")[2] ?? "";
    const inherited = chain === "" || chain === "pulumi:pulumi:Stack" ? "" : `${chain}$`;
    return `urn:pulumi:${this.stack}::${this.project}::${inherited}${request.getType()}::${request.getName()}`;
  }
}

/** The wire's mark for a value that is not plain, and its value for a secret (sdk/go/common/resource/sig). */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

function isSecret(value: Json): boolean {
  return value[MARK] === SECRET;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value as Json) || Object.values(value).some(holdsSecret);
}

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value as Json)) return revealed((value as Json).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}
