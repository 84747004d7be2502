/** The cloud says no. */
export class Refusal extends Error {
  /** @param code As InvalidVpcID.NotFound. */
  constructor(
    readonly code: string,
    readonly text: string,
  ) {
    super(`${code}: ${text}`);
  }
}

/** The thing exists, and is not what was asked for; its state goes into the stack's all the same. */
export class Incomplete extends Error {
  override readonly name = "Incomplete";
}
