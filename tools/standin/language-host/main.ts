import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { type ILanguageRuntimeServer, LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  InstallDependenciesResponse,
  LanguageHandshakeResponse,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { engineAddress, serve, unary } from "../plugin/serve";
import { aboutNode, programDependencies } from "./dependencies";
import { interruptAll } from "./launcher";
import { runPlugin } from "./plugin";
import { runProgram } from "./run";

/**
 * Stand-in for `pulumi-language-nodejs` on a machine that cannot get it: starts Node programs and policy packs by the
 * SDK's own launchers. Code generation, packing and linking are left out; they answer "unimplemented".
 */
let engine = engineAddress(process.argv) ?? "";

const handlers: Partial<ILanguageRuntimeServer> = {
  handshake: unary((request) => {
    engine = request.getEngineAddress() || engine;
    return new LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(() => new PluginInfo().setVersion("3.259.0")),
  // Every plugin is named by the resource that needs it, so that nothing is looked up before the program has run.
  getRequiredPackages: unary(() => new GetRequiredPackagesResponse()),
  getProgramDependencies: unary(programDependencies),
  about: unary(aboutNode),
  runtimeOptionsPrompts: unary(() => new RuntimeOptionsResponse()),
  run: unary((request, call) => runProgram(request, engine, call)),
  runPlugin: streaming(runPlugin),
  installDependencies: streaming(async (call) => {
    const text = "This language host installs nothing: run `npm ci`, then go on.\n";
    call.write(new InstallDependenciesResponse().setStdout(Buffer.from(text)));
  }),
  cancel: unary(() => {
    interruptAll();
    return new Empty();
  }),
};

type Stream<Q, A> = Parameters<handleServerStreamingCall<Q, A>>[0];

function streaming<Q, A>(answer: (call: Stream<Q, A>) => Promise<void>): handleServerStreamingCall<Q, A> {
  return (call) => {
    answer(call).then(
      () => call.end(),
      (error: Error) => call.emit("error", { code: 2, details: error.message }),
    );
  };
}

void serve(LanguageRuntimeService, handlers);
