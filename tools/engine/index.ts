export {
  ENGINE_FOLDER,
  type Engine,
  type EngineOptions,
  fetchPlugins,
  PASSPHRASE,
  provideEngine,
  REPOSITORY,
} from "./engine";
export { type EngineEvent, type RunOptions, type RunResult, runPulumi } from "./run";
