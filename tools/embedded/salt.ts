import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../engine";

/** Made for the embedded estate's passphrase, which is no secret (tools/engine). */
const SALT = "v1:Dvc3qDtmqKA=:v1:91W47bCR+wh6+RRM:y+cbqiAPbiZijGXgyAi5h0ZwP91rBw==";

/**
 * Gives a stack file without a salt the embedded estate's. Left to itself the CLI would make one and write the whole
 * file anew, without its blank lines and in its own spacing.
 */
export function withSalt(stack: string): void {
  const file = join(REPOSITORY, `Pulumi.${stack}.yaml`);
  const text = readFileSync(file, "utf8");
  if (/^(encryptionsalt|secretsprovider):/m.test(text)) return;
  appendFileSync(file, `${text.endsWith("\n") ? "" : "\n"}encryptionsalt: ${SALT}\n`);
}
