import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The custom properties of every block that starts with `selector`. */
function tokensOf(selector: string): ReadonlyMap<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf('}', start));
  const found = new Map<string, string>();
  for (const match of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) found.set(match[1] ?? '', match[2] ?? '');
  return found;
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const layers = ['ethernet', 'arp', 'ipv4', 'udp', 'vxlan', 'icmp', 'tcp', 'dns', 'data'];
const papers = ['board', 'surface', 'surface-raised', 'surface-sunken'];
const felts = [
  'floor-1',
  'floor-2',
  'floor-3',
  'floor-4',
  'node',
  'user-side',
  'kernel-side',
  'root-netns',
  'pod-netns',
  'process',
  'machine',
];

const textPairs: readonly (readonly [string, string])[] = [
  ...papers.flatMap((paper) =>
    ['ink', 'ink-soft', 'ok', 'warn', 'bad', 'accent'].map((ink) => [ink, paper] as const),
  ),
  ...felts.flatMap((felt) => ['ink', 'ink-soft'].map((ink) => [ink, felt] as const)),
  ...layers.map((layer) => [`on-layer-${layer}`, `layer-${layer}`] as const),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => ['on-tab', `tab-${n}`] as const),
  ...['ok', 'warn', 'bad'].map((verdict) => [verdict, `${verdict}-soft`] as const),
  ['on-packet-dropped', 'packet-dropped'],
  ...[1, 2, 3, 4, 5, 6].map((n) => ['on-flow', `flow-${n}`] as const),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['ink', 'accent-soft'],
  ['ink', 'select'],
  ['ink', 'lit-soft'],
  ['on-switch', 'switch'],
  ['on-door', 'door'],
  ['boundary', 'user-side'],
  ['boundary', 'kernel-side'],
];
const shapePairs: readonly (readonly [string, string])[] = [
  ...papers.map((paper) => ['line-strong', paper] as const),
  ...papers.map((paper) => ['focus', paper] as const),
  ...papers.flatMap((paper) => [1, 2, 3, 4, 5, 6].map((n) => [`flow-${n}`, paper] as const)),
  ...['floor-1', 'floor-2', 'floor-3', 'floor-4', 'board'].flatMap((ground) => [
    ['wire', ground] as const,
    ['overlay', ground] as const,
    ['lit-edge', ground] as const,
  ]),
  ...['request', 'reply', 'arp', 'error', 'dropped'].flatMap((kind) =>
    ['board', 'pod-netns', 'root-netns', 'floor-1'].map((ground) => [`packet-${kind}`, ground] as const),
  ),
];

describe('tokens', () => {
  it('says the same dark colours for a chosen and for a system theme', () => {
    expect(tokensOf(":root:not([data-theme='light'])")).toEqual(tokensOf(":root[data-theme='dark']"));
    expect(tokensOf(":root[data-theme='dark']").size).toBeGreaterThan(50);
  });

  it.each(['light', 'dark'])('has the contrast of WCAG AA in the %s theme', (theme) => {
    const tokens = new Map([
      ...tokensOf(':root'),
      ...(theme === 'dark' ? tokensOf(":root[data-theme='dark']") : []),
    ]);
    const weak = (pairs: readonly (readonly [string, string])[], least: number) =>
      pairs
        .map(([ink, paper]) => ({ ink, paper, is: contrast(tokens.get(ink) ?? '', tokens.get(paper) ?? '') }))
        .filter(({ is }) => !(is >= least))
        .map(({ ink, paper, is }) => `${ink} on ${paper}: ${is.toFixed(2)} < ${least}`);
    expect([...weak(textPairs, 4.5), ...weak(shapePairs, 3)]).toEqual([]);
  });
});
