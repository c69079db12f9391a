/** What is wrong with a text, in English: the document, what was found, and what to do about it. */
import type { Sentences } from '../dictionary.ts';

export type ManifestSentences = Pick<Sentences, Extract<keyof Sentences, `manifest.${string}`>>;

/** An id as it is; a document without one by its place in the text: `#3`; `Node//node1` as `Node/node1`. */
const place = (document: string): string =>
  document.startsWith('#') ? `Document ${document}` : document.replace('//', '/');

export const manifest: ManifestSentences = {
  'manifest.empty': ({ command }) => `There is nothing here yet. Paste the output of: ${command}`,
  'manifest.too-big': ({ megabytes, limit }) =>
    `The text has ${megabytes} MB, more than the ${limit} MB that are read. Ask kubectl for nodes and pods only, or for fewer namespaces.`,
  'manifest.too-many-documents': ({ count, limit }) =>
    `${count} documents, more than the ${limit} that are read. Ask kubectl for nodes and pods only, or for fewer namespaces.`,
  'manifest.syntax': ({ document }) =>
    `${place(document)} is not valid YAML here. Correct this line; the parser's own words follow.`,
  'manifest.missing-colon': ({ document, text }) =>
    `${place(document)}: “${text}” stands where “key: value” should be. Add the colon and a space, or indent the line.`,
  'manifest.not-closed': ({ document }) =>
    `${place(document)}: a quote or bracket that was opened is not closed on this line. Close it.`,
  'manifest.tab': ({ document }) =>
    `${place(document)} is indented with a tab. YAML allows only spaces there.`,
  'manifest.duplicate-key': ({ document, key }) =>
    `${place(document)} has the key “${key}” twice. Keep one of them.`,
  'manifest.too-deep': ({ document, limit }) =>
    `${place(document)} is nested deeper than ${limit} levels and is not read. Flatten it.`,
  'manifest.too-many-aliases': ({ document, limit }) =>
    `${place(document)} uses more than ${limit} aliases (*name), which could grow without end. kubectl writes none: write the values out.`,
  'manifest.unknown-alias': ({ document, alias }) =>
    `${place(document)} uses the alias “${alias}”, but no anchor has that name. Add the anchor (&) or write the value out.`,
  'manifest.proto-key': ({ document, key }) =>
    `${place(document)} has the key “${key}”. It is not read; remove it.`,
  'manifest.not-an-object': ({ document, found, command }) =>
    `${place(document)} is not a Kubernetes object (found: ${found}). Paste the output of: ${command}`,
  'manifest.no-kind': ({ document }) => `${place(document)} has no “kind”. Add one, for example “kind: Pod”.`,
  'manifest.duplicate-document': ({ document, line }) =>
    `${place(document)} is already at line ${line}. Rename or delete one of the two.`,
  'manifest.unsupported-kind': ({ kind, count }) =>
    `${kind} (${count}): kept in the text, but this board does not show that kind yet.`,
  'manifest.unsupported-policy': ({ kind, count }) =>
    `${kind} (${count}): kept in the text and not enforced. Only NetworkPolicy of networking.k8s.io/v1 counts here.`,
  'manifest.api-refused': ({ document }) =>
    `${place(document)}: the API server would refuse this, so nothing changes. Its words:`,
  'manifest.more': ({ count }) =>
    `${count} more like these are not listed. Correct the first ones, the rest will show.`,
  'manifest.missing-field': ({ document, field }) => `${place(document)} has no ${field}. Add it.`,
  'manifest.wrong-type': ({ document, field, expected, found }) =>
    `${place(document)}: ${field} must be of type ${expected}, here it is ${found}.`,
  'manifest.not-one-of': ({ document, field, value, allowed }) =>
    `${place(document)}: ${field} is “${value}”. Allowed: ${allowed}.`,
  'manifest.bad-name': ({ document, field, value }) =>
    `${place(document)}: ${field} is “${value}”. A name has lower-case letters, digits, “-” and “.”, and begins and ends with a letter or digit.`,
  'manifest.bad-ip': ({ document, field, value }) =>
    `${place(document)}: ${field} is “${value}”, not an IPv4 address. Write it as 10.244.1.2.`,
  'manifest.bad-cidr': ({ document, field, value }) =>
    `${place(document)}: ${field} is “${value}”, not an IPv4 prefix. Write it as 10.244.1.0/24.`,
  'manifest.bad-duration': ({ document, field, value }) =>
    `${place(document)}: ${field} is “${value}”. Write a time between 100ms and 10m, such as 1s.`,
  'manifest.bad-port-range': ({ document, field, value }) =>
    `${place(document)}: ${field} is “${value}”, not a range of ports. Write it as 30000-32767.`,
  'manifest.bad-mac': ({ document, field, value }) =>
    `${place(document)}: ${field} is “${value}”, not a MAC address. Write it as 0e:f1:a0:00:00:01.`,
  'manifest.bad-number': ({ document, field, value, from, to }) =>
    `${place(document)}: ${field} is “${value}”. It must be a whole number from ${from} to ${to}.`,
  'manifest.bad-json': ({ document, field }) =>
    `${place(document)}: the JSON in ${field} cannot be read. Correct it; the parser's own words follow.`,
  'manifest.unknown-field': ({ document, field, known }) =>
    `${place(document)}: ${field} is not known and is ignored. Known here: ${known}.`,
  'manifest.unknown-field.nearest': ({ document, field, nearest }) =>
    `${place(document)}: ${field} is not known and is ignored. Did you mean ${nearest}?`,
  'manifest.not-used-yet': ({ document, field }) =>
    `${place(document)}: ${field} is understood, but has no effect yet.`,
  'manifest.one-only': ({ document, kind, line }) =>
    `${place(document)}: only one ${kind} is read, the one at line ${line}. Delete the other.`,
};
