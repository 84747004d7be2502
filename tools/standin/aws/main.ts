import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { serve } from "../plugin/serve";
import { provider } from "./provider";

/** Stand-in for `pulumi-resource-aws`: a cloud on this machine, which refuses what AWS refuses. */
void serve(ResourceProviderService, provider(process.env));
