/**
 * Kubernetes quantities (apimachinery `resource.Quantity`): a decimal number with a binary suffix (Ki to Ei), a
 * decimal suffix (n to E) or an exponent. Amounts are thousandths, as bigints: exact for every CPU and byte count.
 */

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL_EXPONENT: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d{1,2})?$/;

/** No amount needs more; reading a number costs its length squared. */
const LONGEST = 64;

/** Thousandths of the amount, rounded up as the API server does; undefined when the text is no quantity. */
export function parseQuantity(text: string): bigint | undefined {
  const match = text.length > LONGEST ? null : QUANTITY.exec(text);
  if (!match) return undefined;
  const [, sign, number = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = number.split(".");
  const digits = BigInt(whole + fraction);
  const binary = BINARY.indexOf(suffix as (typeof BINARY)[number]);
  const exponent = binary > 0 ? 0 : exponentOf(suffix);
  const multiplier = binary > 0 ? 1024n ** BigInt(binary) : 1n;
  const thousandths = scale(digits * multiplier, exponent - fraction.length + 3);
  return sign === "-" ? -thousandths : thousandths;
}

function exponentOf(suffix: string): number {
  return DECIMAL_EXPONENT[suffix] ?? Number(suffix.slice(1));
}

function scale(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (digits + divisor - 1n) / divisor;
}

/** The API server counts in signed 64-bit integers: bytes as they are, CPU in thousandths. */
const MOST = 2n ** 63n - 1n;

/** What is wrong with an amount of CPU, and what to write instead. */
export function coresFault(text: string): string | undefined {
  const thousandths = parseQuantity(text);
  if (thousandths === undefined) return "is not an amount of CPU; write cores, as 2, 1.5 or 500m";
  if (text.endsWith("i")) return "counts bytes; write cores, as 2, 1.5 or 500m";
  if (thousandths < 0n) return "is less than 0; write cores, as 2, 1.5 or 500m";
  return thousandths > MOST ? "is more than Kubernetes can count" : undefined;
}

/** What is wrong with an amount of bytes, and what to write instead. */
export function bytesFault(text: string): string | undefined {
  const thousandths = parseQuantity(text);
  if (thousandths === undefined) return `is not an amount of bytes${respelled(text)}`;
  if (/[num]$/.test(text)) return `is a fraction of a byte; did you mean "${text.slice(0, -1)}Mi"?`;
  if (thousandths < 0n) return "is less than 0; write a number with a unit, as 512Mi or 1.5Gi";
  return thousandths > MOST * 1000n ? "is more than Kubernetes can count" : undefined;
}

/** What people write for 16Gi and 16G elsewhere: 16 Gi, 16GiB, 16GB, 16gi, 1,5Gi. */
function respelled(text: string): string {
  const match = /^(\d{1,20}(?:[.,]\d{1,20})?) ?([kmgtpe])(i?)b?$/i.exec(text);
  if (!match) return "; write a number with a unit, as 512Mi or 1.5Gi";
  const [, number = "", letter = "", binary = ""] = match;
  const unit = letter.toLowerCase() === "k" && binary === "" ? "k" : letter.toUpperCase();
  return `; did you mean "${number.replace(",", ".")}${unit}${binary.toLowerCase()}"?`;
}

/** Thousandths of a quantity that the schema has already accepted. Throws on anything else: that is a bug. */
export function amount(text: string): bigint {
  const thousandths = parseQuantity(text);
  if (thousandths === undefined) throw new TypeError(`not a quantity: ${text}`);
  return thousandths;
}

/** The shortest exact spelling of a count or of CPU: `8`, `1500m`. */
export function formatCount(thousandths: bigint): string {
  return thousandths % 1000n === 0n ? String(thousandths / 1000n) : `${thousandths}m`;
}

/** The shortest exact spelling in binary units: `16Gi`, `1536Mi`. Parts of a byte are rounded up. */
export function formatBytes(thousandths: bigint): string {
  let bytes = (thousandths + 999n) / 1000n;
  let suffix = 0;
  while (bytes !== 0n && bytes % 1024n === 0n && suffix < BINARY.length - 1) {
    bytes /= 1024n;
    suffix += 1;
  }
  return `${bytes}${BINARY[suffix]}`;
}

const HUGE_PAGES = "hugepages-";

export function isHugePages(device: string): boolean {
  return device.startsWith(HUGE_PAGES);
}

/** Thousandths of the least that a pod can have of a device: one, or the bytes of one huge page. */
export function leastOf(device: string): bigint {
  return isHugePages(device) ? amount(device.slice(HUGE_PAGES.length)) : 1000n;
}
