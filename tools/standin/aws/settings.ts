import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct, isMap, type Property, type PropertyMap, withoutSecrets } from "../plugin/properties";
import { ACCOUNT, rolesBefore } from "./account";
import { texts, type World } from "./kind";
import { planeOf } from "./planes";
import { Store } from "./store";

/** What the provider is configured with. @throws Error for what the real one refuses to start with. */
export function worldOf(request: ConfigureRequest, environment: NodeJS.ProcessEnv): World {
  const folder = environment.BULKHEAD_FOLDER;
  if (!folder) throw new Error("the stand-in aws provider needs BULKHEAD_FOLDER, the folder in which its cloud lies");
  const value = reader(request);
  const region = regionOf(value("region"), environment);
  if (region === undefined) throw new Error(NO_REGION);
  const allowed = texts(value("allowedAccountIds"));
  const forbidden = texts(value("forbiddenAccountIds"));
  if ((allowed.length > 0 && !allowed.includes(ACCOUNT)) || forbidden.includes(ACCOUNT)) {
    throw new Error(`AWS account ID not allowed: ${ACCOUNT}`);
  }
  const tags = value("defaultTags");
  const store = new Store(folder);
  return {
    store,
    region,
    defaultTags: isMap(tags) && isMap(tags.tags) ? tags.tags : {},
    rolesBefore: rolesBefore(environment),
    planeOf: (cluster) => planeOf(folder, store, cluster),
  };
}

export const NO_REGION =
  "Missing region configuration. Set it with: pulumi config set aws:region, or the environment variable AWS_REGION";

export function regionOf(given: Property | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (typeof given === "string" && given !== "") return given;
  return environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
}

/** Settings arrive as text under `aws:config:<key>`, or as properties; what is no text is JSON in either. */
function reader(request: ConfigureRequest): (key: string) => Property | undefined {
  const variables = request.getVariablesMap();
  const args = withoutSecrets(fromStruct(request.getArgs())) as PropertyMap;
  return (key) => {
    const value = variables.get(`aws:config:${key}`) ?? args[key];
    return typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as Property) : value;
  };
}
