/**
 * The content security policy, as data: nothing inline, nothing evaluated, nothing from elsewhere. Documents and links come
 * from strangers, so even a hole in our own escaping must not become a running script.
 *
 * It is a `<meta>` in the built page (any static host honours it) and a header of `vite preview`. There is no
 * `frame-ancestors`: the page may be embedded in a course. `data:` and `blob:` images are the exported pictures.
 * @see https://www.w3.org/TR/CSP3/
 */
export const policy = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'worker-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'connect-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The policy as the text of the header or the meta tag. */
export function printPolicy(directives: Readonly<Record<string, readonly string[]>> = policy): string {
  return Object.entries(directives)
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join('; ');
}
