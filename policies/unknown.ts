import { UnknownValueError } from "@pulumi/policy";

/** A value that a preview does not know yet, because something that is still to be made will give it. */
export class Unknown {
  /** @param error What the engine's side has to be given to say that a rule could not be run. */
  constructor(readonly error: Error) {}
}

/** What a read gives. Reading an unknown value throws, and that is the only error that is caught here. */
export function known<T>(read: () => T): T | Unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof unknownValueError) return new Unknown(error);
    throw error;
  }
}

/** The SDK exports the class without its type. */
const unknownValueError: abstract new (...args: never) => Error = UnknownValueError;
