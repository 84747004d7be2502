import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  CheckRequest,
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  GetSchemaResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { diffResponse } from "../plugin/changes";
import type { EngineLog } from "../plugin/engine-log";
import { initFailure } from "../plugin/failure";
import { fromStruct, type PropertyMap, toStruct } from "../plugin/properties";
import { unary, unimplemented } from "../plugin/serve";
import { careOf } from "./care";
import { Cluster } from "./cluster";
import { checkConfiguration, configurationDifference } from "./configuration";
import { PartialError } from "./errors";
import { idOf } from "./objects";
import type { Failed, Operation, Written } from "./operation";
import { settingsOf } from "./settings";

export const VERSION = "4.34.2";

/** The ResourceProvider service of `pulumi-resource-kubernetes`: requests in, answers out, everything else elsewhere. */
export function provider(log: EngineLog): Partial<IResourceProviderServer> {
  const cancellation = new AbortController();
  let configured: Cluster | undefined;
  const cluster = (): Cluster => {
    if (!configured) throw new Error("the provider has not been configured");
    return configured;
  };

  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(VERSION)),
    getSchema: unary(() =>
      new GetSchemaResponse().setSchema(JSON.stringify({ name: "kubernetes", version: VERSION, resources: {} })),
    ),
    checkConfig: unary((request) => {
      const complaints = checkConfiguration(request.getUrn(), fromStruct(request.getNews()));
      const failures = complaints.map(({ property, reason }) =>
        new CheckFailure().setProperty(property).setReason(reason),
      );
      return new CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
    }),
    diffConfig: unary((request) => {
      const { changed, replaces } = configurationDifference(previousInputs(request), fromStruct(request.getNews()));
      const changes = changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE;
      return new DiffResponse().setChanges(changes).setDiffsList(changed).setReplacesList(replaces);
    }),
    configure: unary((request) => {
      configured = new Cluster(settingsOf(request), log, cancellation.signal);
      return new ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),
    check: unary(async (request) => {
      const inputs = await careOf(request.getUrn()).check(
        { ...autonaming(request), ...checkInput(request) },
        cluster(),
      );
      return new CheckResponse().setInputs(toStruct(inputs));
    }),
    diff: unary((request) => {
      const urn = request.getUrn();
      const olds = previousInputs(request);
      const news = fromStruct(request.getNews());
      const { changes, deleteBeforeReplace } = careOf(urn).difference(urn, olds, news, cluster());
      return diffResponse(changes).setDeletebeforereplace(deleteBeforeReplace);
    }),
    create: unary(async (request) => {
      const operation = operationOf(request, fromStruct(request.getProperties()));
      const care = careOf(operation.urn);
      if (request.getPreview()) {
        return new CreateResponse().setProperties(toStruct(await care.previewCreate(operation, cluster())));
      }
      const written = settle(await care.create(operation, cluster()));
      return new CreateResponse().setId(idOf(written.live)).setProperties(toStruct(written.state));
    }),
    update: unary(async (request) => {
      const operation = {
        ...operationOf(request, fromStruct(request.getNews())),
        state: fromStruct(request.getOlds()),
        ignored: request.getIgnorechangesList(),
      };
      const care = careOf(operation.urn);
      if (request.getPreview()) {
        return new UpdateResponse().setProperties(toStruct(await care.previewUpdate(operation, cluster())));
      }
      const written = settle(await care.update(operation, cluster()));
      return new UpdateResponse().setProperties(toStruct(written.state));
    }),
    read: unary(async (request) => {
      const input = {
        urn: request.getUrn(),
        id: request.getId(),
        state: fromStruct(request.getProperties()),
        inputs: fromStruct(request.getInputs()),
      };
      const found = await careOf(input.urn).read(input, cluster());
      if (!found) return new ReadResponse();
      return new ReadResponse()
        .setId(request.getId())
        .setProperties(toStruct(found.state))
        .setInputs(toStruct(found.inputs));
    }),
    delete: unary(async (request) => {
      const deletion = deletionOf(request);
      await careOf(deletion.urn)
        .remove(deletion, cluster())
        .catch((error) => {
          if (!(error instanceof PartialError && error.live)) throw error;
          throw initFailure(request.getId(), error.live, error);
        });
      return new Empty();
    }),
    cancel: unary(() => {
      cancellation.abort();
      return new Empty();
    }),
    invoke: unary((request) => {
      throw missing(`function ${request.getTok()}`);
    }),
    call: unary((request) => {
      throw missing(`method ${request.getTok()}`);
    }),
    construct: unary((request) => {
      throw missing(`component ${request.getType()}`);
    }),
  };
}

function missing(what: string): Error {
  return unimplemented(
    `the stand-in kubernetes provider has no ${what}; ` +
      `the official plugin does: pulumi plugin install resource kubernetes ${VERSION}`,
  );
}

function operationOf(request: { getUrn(): string; getTimeout(): number }, inputs: PropertyMap): Operation {
  return { urn: request.getUrn(), inputs, timeout: request.getTimeout() };
}

/** What was written but did not become ready fails the operation and still goes into the state. */
function settle(written: Written | Failed): Written {
  if (!("failure" in written)) return written;
  throw initFailure(idOf(written.live), written.state, written.failure);
}

function checkInput(request: CheckRequest) {
  return {
    urn: request.getUrn(),
    news: fromStruct(request.getNews()),
    olds: fromStruct(request.getOlds()),
    randomSeed: request.getRandomseed_asU8(),
  };
}

function autonaming(request: CheckRequest) {
  const options = request.getAutonaming();
  if (!options) return {};
  const disabled = options.getMode() === CheckRequest.AutonamingOptions.Mode.DISABLE;
  return { autonaming: { proposedName: options.getProposedName(), disabled } };
}

/** The engine keeps the inputs itself; an engine too old for that left them in the state. */
function previousInputs(request: DiffRequest | DeleteRequest): PropertyMap {
  const inputs = request.getOldInputs();
  if (inputs) return fromStruct(inputs);
  const state = fromStruct("getOlds" in request ? request.getOlds() : request.getProperties());
  return (state.__inputs ?? state) as PropertyMap;
}

function deletionOf(request: DeleteRequest) {
  return {
    urn: request.getUrn(),
    id: request.getId(),
    state: fromStruct(request.getProperties()),
    inputs: previousInputs(request),
    timeout: request.getTimeout(),
  };
}
