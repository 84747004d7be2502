import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** `runtime.options` of Pulumi.yaml and PulumiPolicy.yaml, as far as they change how Node is started. */
export interface RuntimeOptions {
  /** Load TypeScript sources as they are. Unset: yes. */
  typescript: boolean;
  /** Path of the tsconfig, relative to the program. Unset: tsconfig.json beside it. */
  tsconfig?: string;
  /** Arguments for Node itself, split as a shell splits them. Unset: none. */
  nodeargs: string[];
}

export function runtimeOptions(struct: Struct | undefined): RuntimeOptions {
  const raw = struct?.toJavaScript() ?? {};
  const { typescript = true, tsconfig, nodeargs = "" } = raw;
  if (typeof typescript !== "boolean") throw new Error("typescript option must be a boolean");
  if (tsconfig !== undefined && typeof tsconfig !== "string") throw new Error("tsconfigpath option must be a string");
  if (typeof nodeargs !== "string") throw new Error("nodeargs option must be a string");
  return { typescript, ...(tsconfig ? { tsconfig } : {}), nodeargs: shellWords(nodeargs) };
}

/** The variables by which the SDK's launchers take these options. */
export function optionVariables(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
}

function shellWords(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"])*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
      double !== undefined ? double.replace(/\\(["\\])/g, "$1") : (single ?? escaped),
    ),
  );
}
