import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { engineLog } from "../plugin/engine-log";
import { engineAddress, serve } from "../plugin/serve";
import { provider } from "./provider";

/** Stand-in for `pulumi-resource-kubernetes` on a machine that cannot get it. */
void serve(ResourceProviderService, provider(engineLog(engineAddress(process.argv))));
