import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type * as pulumi from "@pulumi/pulumi";

export interface KeyArgs {
  /** What it encrypts, as people read it in the console. */
  readonly description: string;
  /** Unique in the account and region. */
  readonly alias: string;
  readonly policy: string;
}

/** Days between the order to delete a key and its end: as long as AWS has it, since what it encrypted goes with it. */
const DELETION_DAYS = 30;

/** A key of the account's own, changed every year. */
export function rotatedKey(
  name: string,
  { description, alias, policy }: KeyArgs,
  opts: pulumi.CustomResourceOptions,
): Key {
  const key = new Key(
    name,
    { description, policy, enableKeyRotation: true, deletionWindowInDays: DELETION_DAYS },
    opts,
  );
  const { protect: _, ...unprotected } = opts;
  new Alias(name, { name: `alias/${alias}`, targetKeyId: key.keyId }, unprotected);
  return key;
}
