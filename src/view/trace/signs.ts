/** What became of a header: a sign beside the colour. */
export const signs = { same: '', changed: '~', added: '+', removed: '−' } as const;
