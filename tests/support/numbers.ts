const told: string[] = [];

/** A number that the run is to show at its end, as `attacks: 412 of 412 let through once their guard was gone`. */
export function showNumber(line: string): void {
  told.push(line);
}

/** Everything that was shown, in order. */
export function shownNumbers(): readonly string[] {
  return told;
}
