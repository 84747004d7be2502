/** Whether the first version in `text` ("v3.259.0", "go1.26.8", "Kubernetes v1.36.3") is `wanted` or newer. */
export function atLeast(text: string, wanted: string): boolean {
  const found = numbers(text);
  const needed = numbers(wanted);
  const [place = 0] = [0, 1, 2].filter((index) => found[index] !== needed[index]);
  return (found[place] ?? 0) >= (needed[place] ?? 0) && found.length > 0;
}

function numbers(text: string): readonly number[] {
  const version = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return version === null ? [] : version.slice(1).map((part) => Number(part ?? 0));
}
