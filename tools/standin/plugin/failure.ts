import { Metadata, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type PropertyMap, toStruct } from "./properties";
import { RpcError } from "./serve";

/** An error that tells the engine what exists nevertheless, so that the state does not lose it. */
export function initFailure(id: string, state: PropertyMap, cause: { message: string; reasons: string[] }): RpcError {
  const details = new ErrorResourceInitFailed()
    .setId(id)
    .setProperties(toStruct(state))
    .setReasonsList([cause.message, ...cause.reasons]);
  const packed = new Any();
  packed.pack(details.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const full = new Status().setCode(status.UNKNOWN).setMessage(cause.message).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(full.serializeBinary()));
  return new RpcError(cause.message, status.UNKNOWN, metadata);
}
