/** A part of the toolchain that this machine lacks. */
export interface MissingPart {
  readonly title: string;
  /** Why what the machine has does not do: "pulumi on PATH is 3.100, older than 3.226". */
  readonly reason: string;
  /** How the user can give it. */
  readonly remedy: string;
}

/** The toolchain is incomplete in a way that only the user can mend. The message is everything there is to say. */
export class MissingToolchain extends Error {
  constructor(parts: readonly MissingPart[], whyNotBuilt: string, remedy: string) {
    super(
      [
        `the toolchain lacks ${parts.length === 1 ? "one part" : `${parts.length} parts`}:`,
        ...parts.map(({ title, reason }) => `  ${title}: ${reason}`),
        `building from source was not possible: ${whyNotBuilt}`,
        "any of these gives what is missing:",
        `  everything: ${remedy}`,
        ...parts.map(({ title, remedy: own }) => `  ${title}: ${own}`),
      ].join("\n"),
    );
    this.name = "MissingToolchain";
    this.stack = this.message;
  }
}

/** Why no build was possible; the caller adds what is missing because of it. */
export class CannotBuild extends Error {}
