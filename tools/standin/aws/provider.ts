import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  CheckRequest,
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  GetSchemaResponse,
  InvokeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { diffResponse } from "../plugin/changes";
import { initFailure } from "../plugin/failure";
import { fromStruct, type PropertyMap, toStruct, withoutSecrets } from "../plugin/properties";
import { unary, unimplemented } from "../plugin/serve";
import { check } from "./check";
import { declarationsOf, VERSION } from "./declarations";
import { difference } from "./diff";
import { Faults } from "./faults";
import { INVOKES } from "./invokes";
import type { Kind, World } from "./kind";
import { KINDS, kindAt } from "./kinds";
import type { NameInput } from "./naming";
import { Halfway, Operations } from "./operations";
import { changedOutputs, expectedOutputs } from "./outputs";
import { inputsOf } from "./read";
import { NO_REGION, regionOf, worldOf } from "./settings";
import type { Thing } from "./store";

/** The ResourceProvider service of `pulumi-resource-aws`, with a cloud in one file behind it. */
export function provider(environment: NodeJS.ProcessEnv): Partial<IResourceProviderServer> {
  const declarations = declarationsOf(KINDS.map(({ token }) => token));
  let configured: { readonly world: World; readonly operations: Operations } | undefined;
  const cloud = () => {
    if (!configured) throw new Error("the provider has not been configured");
    return configured;
  };

  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(VERSION)),
    getSchema: unary(() =>
      new GetSchemaResponse().setSchema(JSON.stringify({ name: "aws", version: VERSION, resources: {} })),
    ),
    checkConfig: unary((request) => {
      const response = new CheckResponse().setInputs(request.getNews());
      const region = regionOf(plain(request.getNews()).region, environment);
      const failure = new CheckFailure().setProperty("region").setReason(NO_REGION);
      return region === undefined ? response.setFailuresList([failure]) : response;
    }),
    diffConfig: unary((request) => {
      const olds = plain(request.getOldInputs() ?? request.getOlds());
      const same = JSON.stringify(olds) === JSON.stringify(plain(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
      return new DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
    }),
    configure: unary((request) => {
      const world = worldOf(request, environment);
      const operations = new Operations(world, new Faults(world.store, environment), declarations);
      configured = { world, operations };
      // Without acceptSecrets the engine opens secrets on the way here, and marks what comes of them itself.
      return new ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),
    check: unary((request) => {
      const { defaultTags } = cloud().world;
      const input = nameInput(request);
      const checked = check(plain(request.getNews()), kindOf(request.getUrn()), input, declarations, defaultTags);
      const name = nameOf(request.getUrn());
      // A path in the text, as the real provider does it: the engine would look for a property of that name.
      const failures = checked.complaints.map(({ property, reason }) =>
        new CheckFailure().setReason(`${reason}. Examine values at '${name}.${property}'.`),
      );
      return new CheckResponse().setInputs(toStruct(checked.inputs)).setFailuresList(failures);
    }),
    diff: unary((request) => {
      const state = plain(request.getOlds());
      const olds = request.getOldInputs() ? plain(request.getOldInputs()) : state;
      const { changes, deleteBeforeReplace } = difference(
        olds,
        plain(request.getNews()),
        state,
        kindOf(request.getUrn()),
      );
      return diffResponse(changes).setDeletebeforereplace(deleteBeforeReplace);
    }),
    create: unary(async (request) => {
      const kind = kindOf(request.getUrn());
      const inputs = plain(request.getProperties());
      if (request.getPreview()) {
        return new CreateResponse().setProperties(toStruct(expectedOutputs(kind, inputs, declarations)));
      }
      const thing = await partly(cloud().operations.create(kind, inputs, request.getUrn()));
      return new CreateResponse().setId(thing.id).setProperties(toStruct(thing.state));
    }),
    update: unary(async (request) => {
      const kind = kindOf(request.getUrn());
      const inputs = plain(request.getNews());
      if (request.getPreview()) {
        return new UpdateResponse().setProperties(toStruct(changedOutputs(kind, plain(request.getOlds()), inputs)));
      }
      const thing = await partly(cloud().operations.update(kind, request.getId(), inputs, request.getUrn()));
      return new UpdateResponse().setProperties(toStruct(thing.state));
    }),
    read: unary(async (request) => {
      const thing = await cloud().operations.read(kindOf(request.getUrn()), request.getId());
      if (!thing) return new ReadResponse();
      return new ReadResponse()
        .setId(thing.id)
        .setProperties(toStruct(thing.state))
        .setInputs(toStruct(inputsOf(thing)));
    }),
    delete: unary(async (request) => {
      await cloud().operations.remove(kindOf(request.getUrn()), request.getId(), request.getUrn());
      return new Empty();
    }),
    invoke: unary((request) => {
      const invoke = INVOKES[request.getTok()];
      if (!invoke) throw missing(`function ${request.getTok()}`);
      return new InvokeResponse().setReturn(toStruct(invoke(plain(request.getArgs()), cloud().world)));
    }),
    cancel: unary(() => new Empty()),
    construct: unary(() => {
      throw missing("components");
    }),
    call: unary(() => {
      throw missing("methods");
    }),
  };
}

function plain(struct: Parameters<typeof fromStruct>[0]): PropertyMap {
  return withoutSecrets(fromStruct(struct)) as PropertyMap;
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function kindOf(urn: string): Kind {
  // The last of the types that lead to a resource is its own.
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const kind = kindAt(token);
  if (!kind) throw missing(`resource ${token}`);
  return kind;
}

function missing(what: string): Error {
  return unimplemented(
    `the stand-in aws provider has no ${what}; the official plugin does: pulumi plugin install resource aws ${VERSION}`,
  );
}

function nameInput(request: CheckRequest): NameInput {
  const options = request.getAutonaming();
  const disabled = options?.getMode() === CheckRequest.AutonamingOptions.Mode.DISABLE;
  return {
    urn: request.getUrn(),
    olds: plain(request.getOlds()),
    randomSeed: request.getRandomseed_asU8(),
    ...(options ? { autonaming: { proposedName: options.getProposedName(), disabled } } : {}),
  };
}

/** What exists and is not as it should be goes into the state, and the deployment fails. */
async function partly(work: Promise<Thing>): Promise<Thing> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Halfway)) throw error;
    const { thing, message } = error;
    throw initFailure(thing.id, thing.state, { message, reasons: [] });
  }
}
