import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** A request that is answered with 200 when all is well. */
export interface Probe {
  readonly url: string;
  /** What the server's certificate is verified with, as PEM. */
  readonly ca?: string | undefined;
  readonly token?: string;
}

const patienceMilliseconds = 2000;

/** Whether it is answered with 200, in two seconds at most. */
export function answers({ url, ca, token }: Probe): Promise<boolean> {
  const secure = url.startsWith("https:");
  if (secure && ca === undefined) {
    return Promise.resolve(false);
  }
  const options = {
    timeout: patienceMilliseconds,
    // A connection kept open would outlive the probe.
    agent: false,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(ca === undefined ? {} : { ca }),
  } as const;
  return new Promise((resolve) => {
    const request = (secure ? requestHttps : requestHttp)(url, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
    request.end();
  });
}
