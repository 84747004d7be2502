import { domainToASCII } from "node:url";
import { z } from "zod";
import { cidrFault } from "../cidr";
import { OLDEST_MINOR, TENANT_ID_LIMIT } from "../names";
import { bytesFault, coresFault } from "../quantity";
import { isUnheardOf, minorOf, NEWEST_MINOR } from "../releases";

/*
 * The texts of a stack file that are more than words. Each is accepted in one spelling only, since two spellings of
 * the same name are two names to a program that compares them.
 */

/** A tenant's id in one piece: a letter first, so that it can begin any name that is made of it. */
export const TENANT_ID = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const HOST = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** A registry is told from a path by a dot or a port in it, as in image references. No comma: prefixes are joined by it. */
const IMAGE_PREFIX = /^(?=[^/]*[.:])[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?\/([a-z0-9]+(([._]|__|-+)[a-z0-9]+)*\/)*$/;
/** Resource as quotas spell it: plural, with its group where it has one. What a quota measures otherwise is no kind. */
const COUNTED_KIND =
  /^(?!(count\/)?(services\.(loadbalancers|nodeports)|(requests|limits)\.))(count\/)?[a-z][a-z0-9]*(\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/;
/** As pods ask for it: an extended resource, a size of huge pages; or the name of a device class. No comma: joined by it. */
const DEVICE =
  /^(?!(requests|limits)\.)(hugepages-[1-9]\d*[KMG]i|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?)$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

type Fault = (text: string) => string | undefined;

/** A text with a rule of its own, which answers what is wrong with it and what to write instead. */
function ruled(fault: Fault) {
  return z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

function matching(pattern: RegExp, message: string, longest = Number.POSITIVE_INFINITY) {
  return ruled((text) => {
    if (text.length > longest) return `is ${text.length} characters long; at most ${longest} are possible`;
    return pattern.test(text) ? undefined : message;
  }).meta({ pattern: pattern.source });
}

/** Why a text is no tenant's id is said where all ids are known (crosschecks/naming.ts); editors get the pattern. */
export const tenantId = z.string().meta({ pattern: TENANT_ID.source, maxLength: TENANT_ID_LIMIT });

const LABEL_RULE = "use lower-case letters, digits and dashes, at most 63, no dash at the ends";

export const dnsLabel = matching(DNS_LABEL, `is not a DNS label; ${LABEL_RULE}`);
export const dnsName = matching(
  DNS_NAME,
  "is not a name as Kubernetes wants it; use lower-case letters, digits, dashes and dots",
  253,
);
export const countedKind = matching(
  COUNTED_KIND,
  "is not a kind to be counted; write its plural and its group, as configmaps or jobs.batch",
);
export const device = matching(
  DEVICE,
  "is not a device; write an extended resource, as nvidia.com/gpu, a device class, as gpu.example.com, or a size of huge pages, as hugepages-2Mi",
  253,
);
export const labelKey = matching(LABEL_KEY, "is not a label's key; write it as k8s-app or example.com/app");
export const labelValue = matching(
  LABEL_VALUE,
  "is not a label's value; use letters, digits, dashes, dots, underscores",
);

/** Anything a person would call a name: visible, and without spaces at its ends. */
export const word = ruled((text) => {
  if (text === "") return "is an empty text; write a name or remove the key";
  if (/^\s|\s$/u.test(text)) return "has a space at its start or end; remove it";
  return /\p{C}/u.test(text) ? "has characters in it that nobody sees; type it anew" : undefined;
}).meta({ minLength: 1 });

/** A word in a list that is joined by commas where it is used. */
export const listed = ruled((text) => {
  if (text === "") return "is an empty text; write a name or remove the entry";
  return /[\s,\p{C}]/u.test(text) ? "has a space or a comma in it; write one name" : undefined;
}).meta({ pattern: "^[^\\s,]+$" });

export const path = z.string().min(1, "is an empty text; write a path or remove the key");

/** Numbers are taken too: people write `cpu: 8`. */
function quantity(fault: Fault, message: string) {
  return z
    .union([z.string(), z.number()], { error: message })
    .transform(String)
    .superRefine((text, context) => {
      const found = fault(text);
      if (found !== undefined) context.addIssue({ code: "custom", message: found });
    });
}

export const cores = quantity(coresFault, "is not an amount of CPU; write cores, as 2, 1.5 or 500m").meta({
  id: "cores",
  description: "CPU in cores: 2, 1.5 or 500m.",
  pattern: "^(\\d+\\.?\\d*|\\.\\d+)(n|u|m|k|M|G|T|P|E|[eE][+-]?\\d{1,2})?$",
});
export const bytes = quantity(
  bytesFault,
  "is not an amount of bytes; write a number with a unit, as 512Mi or 1.5Gi",
).meta({
  id: "bytes",
  description: "Bytes: 512Mi, 1.5Gi, 20G.",
  pattern: "^(\\d+\\.?\\d*|\\.\\d+)(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E|[eE][+-]?\\d{1,2})?$",
});

export const deviceAmount = quantity(bytesFault, "is not an amount; write how many, or bytes of huge pages, as 64Mi");

export const cidr = ruled(cidrFault).meta({ pattern: "/\\d{1,3}$" });

const PORT_RULE = "is not a port; use 1 to 65535";
export const port = z.int().min(1, PORT_RULE).max(65_535, PORT_RULE);

export const host = ruled(hostFault).meta({ pattern: HOST.source });

function hostFault(text: string): string | undefined {
  if (isHost(text)) return undefined;
  const bare = text
    .slice(0, 300)
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[/:?#].*$/u, "")
    .replace(/^\*\./, "");
  const meant = domainToASCII(bare.replace(/\.$/, ""));
  if (!isHost(meant)) return "is not a host name; write a lower-case DNS name, as acme.example.com";
  const below = text.startsWith("*.") ? " Everything below a host belongs to it" : "";
  return `is not a host name; did you mean "${meant}"?${below}`;
}

function isHost(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}

export const imagePrefix = ruled(imageFault).meta({ pattern: IMAGE_PREFIX.source });

function imageFault(text: string): string | undefined {
  if (IMAGE_PREFIX.test(text)) return undefined;
  const path = text
    .slice(0, 300)
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/\**$/, "")
    .replace(/\/*$/, "/");
  const meant = [path, `docker.io/${path}`].find((candidate) => IMAGE_PREFIX.test(candidate));
  if (meant !== undefined) return `is not a registry prefix; did you mean "${meant}"?`;
  return "is not a registry prefix; write host/path/ with the slash at its end, as registry.example.com/acme/";
}

/** A Kubernetes minor version: text, or YAML would read 1.30 as 1.3. */
export const minor = z
  .string({ error: 'is not a Kubernetes minor version; write it in quotes, as "1.36", since 1.30 without them is 1.3' })
  .regex(/^1\.(0|[1-9]\d?)$/, "is not a Kubernetes minor version; write it as 1.36, in quotes")
  .refine(
    (version) => !/^1\.\d+$/.test(version) || minorOf(version) >= OLDEST_MINOR,
    "is older than 1.30, which is the first with the admission policies that the guardrails need",
  )
  .refine(
    (version) => !isUnheardOf(version),
    `is beyond every Kubernetes there is; the newest that is known here is ${NEWEST_MINOR}`,
  );

/**
 * A list in which nothing stands twice: the second entry is a slip, and often hides the one that was meant.
 * @param wanted What to write where it is missing. Unset: a list.
 */
export function listOf<T extends z.ZodType>(item: T, wanted = "a list") {
  return z
    .array(item, { error: ({ input }) => (input === undefined ? `${MISSING}${wanted}` : undefined) })
    .superRefine((entries, context) => {
      const seen = new Set<string>();
      for (const [index, entry] of entries.entries()) {
        const spelled = JSON.stringify(entry);
        if (seen.has(spelled))
          context.addIssue({ code: "custom", path: [index], message: "is listed twice; remove one" });
        seen.add(spelled);
      }
    })
    .meta({ uniqueItems: true });
}

/** Begins what a schema says by itself of a field that is not there. */
export const MISSING = "is missing; write ";

/** A choice of words; `noun` completes "is not …". */
export function oneOf<const T extends readonly [string, ...string[]]>(noun: string, words: T) {
  return z.enum(words, { error: `is not ${noun}` });
}
