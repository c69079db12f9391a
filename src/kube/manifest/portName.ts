/** The name of a port where it stands for a number. @see apimachinery util/validation IsValidPortName (facts/dataplane.md 5.2) */

/** What the API server says of a name that is none, one text per rule of RFC 6335 section 5.1 that it breaks. */
export function brokenPortNameRules(name: string): readonly string[] {
  const rules: readonly (readonly [broken: boolean, text: string])[] = [
    [name.length > 15, 'must be no more than 15 characters'],
    [!/^[-a-z0-9]+$/.test(name), 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
    [!/[a-z]/.test(name), 'must contain at least one letter (a-z)'],
    [name.includes('--'), 'must not contain consecutive hyphens'],
    [name.startsWith('-') || name.endsWith('-'), 'must not begin or end with a hyphen'],
  ];
  return rules.flatMap(([broken, text]) => (broken ? [text] : []));
}
