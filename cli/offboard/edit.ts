import { isAlias, isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

/** The place in a file where a tenant is written cannot be changed without changing what else stands there. */
export class NotEditable extends Error {
  override readonly name = "NotEditable";
}

/**
 * A YAML text with one more field, and not a character of it changed otherwise.
 * @param path Keys to the map that gets the field; none for the whole text.
 * @throws NotEditable where an alias stands in its place.
 */
export function withField(text: string, path: readonly string[], key: string, value: string): string {
  const { pair, node } = find(text, path);
  if (isAlias(node)) throw new NotEditable(`${path.join(".")} is an alias of another map`);
  const field = `${key}: ${value}`;
  if (!isMap(node)) return pair ? insert(text, colonAfter(text, pair) + 1, ` { ${field} }`) : `${field}\n${text}`;
  const there = pairOf(node, key)?.value as Node | null | undefined;
  if (isScalar(there) && there.range) return text.slice(0, there.range[0]) + value + text.slice(there.range[1]);
  const [first] = node.items;
  if (node.flow) return insert(text, startOf(node) + 1, ` ${field}${first ? "," : " "}`);
  const at = startOf(first?.key as Node);
  return insert(text, at, `${field}\n${" ".repeat(at - lineStart(text, at))}`);
}

/**
 * A YAML text without one of its fields.
 * @throws NotEditable where it stands on a line with others.
 */
export function withoutField(text: string, path: readonly string[]): string {
  const { pair, parent, node } = find(text, path);
  if (!pair || !parent) return text;
  if (parent.flow) throw new NotEditable(`${path.join(".")} stands on a line with others`);
  const from = lineStart(text, startOf(pair.key as Node));
  const last = (node ?? (pair.key as Node)).range?.[1] ?? from;
  // Block maps end after their last line break, everything else before the end of its line.
  const to = text[last - 1] === "\n" ? last : lineEnd(text, last);
  return text.slice(0, from) + text.slice(to);
}

interface Place {
  readonly node: Node | null;
  readonly pair?: Pair | undefined;
  readonly parent?: YAMLMap | undefined;
}

function find(text: string, path: readonly string[]): Place {
  let place: Place = { node: parseDocument(text).contents };
  for (const key of path) {
    const parent = place.node;
    if (!isMap(parent)) throw new NotEditable(`${path.join(".")} is not written out as a map`);
    const pair = pairOf(parent, key);
    if (!pair) throw new NotEditable(`${path.join(".")} is not there`);
    place = { node: (pair.value as Node | null) ?? null, pair, parent };
  }
  return place;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
}

function startOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

function colonAfter(text: string, pair: Pair): number {
  return text.indexOf(":", (pair.key as Node).range?.[1] ?? 0);
}

function insert(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}
