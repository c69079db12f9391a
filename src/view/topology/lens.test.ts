import { describe, expect, it } from 'vitest';
import type { LayerKind } from '../../wire/layers.ts';
import { belongs, dimmedBy, gridDimmedBy, tilesInLens } from './lens.ts';

const VXLAN: readonly LayerKind[] = ['ethernet', 'ipv4', 'udp', 'vxlan', 'ethernet', 'ipv4', 'icmp', 'data'];
const UDP: readonly LayerKind[] = ['ethernet', 'ipv4', 'udp', 'ipv4', 'icmp', 'data'];

function bright(lens: Parameters<typeof tilesInLens>[0], tiles: readonly LayerKind[]): string {
  const inLens = tilesInLens(lens, tiles);
  return tiles.filter((_, i) => inLens[i]).join(' ');
}

describe('the lens', () => {
  it('on everything dims nothing', () => {
    expect(dimmedBy('all')).toEqual([]);
    expect(tilesInLens('all', VXLAN)).not.toContain(false);
  });

  it('on layer 3 dims what forwards by MAC, and keeps routers, addresses and hooks', () => {
    expect(dimmedBy('l3')).toEqual(['veth', 'bridge', 'port', 'switch', 'mac', 'overlay']);
    expect(bright('l3', VXLAN)).toBe('ipv4 udp ipv4 icmp');
  });

  it('on layer 2 and tunnel dims hooks, routing and programs, but not the daemon that makes the tunnel', () => {
    expect(dimmedBy('l2')).toEqual(['loopback', 'gate', 'stack', 'process']);
    expect(belongs('l2', 'daemon')).toBe(true);
  });

  it('on layer 2 and tunnel shows the whole shell, and of what is inside only the Ethernet header', () => {
    expect(bright('l2', VXLAN)).toBe('ethernet ipv4 udp vxlan ethernet');
    expect(bright('l2', UDP)).toBe('ethernet ipv4 udp');
    expect(bright('l2', ['ethernet', 'ipv4', 'icmp', 'data'])).toBe('ethernet');
    expect(bright('l2', ['ethernet', 'arp'])).toBe('ethernet arp');
  });

  it('on services looks through the tunnel at what the programs say', () => {
    expect(bright('service', VXLAN)).toBe('ipv4 icmp data');
  });

  it('reaches the grid: its floors are switches, its dots are programs', () => {
    expect(gridDimmedBy('all')).toEqual({ floors: false, dots: false });
    expect(gridDimmedBy('l3')).toEqual({ floors: true, dots: false });
    expect(gridDimmedBy('l2')).toEqual({ floors: false, dots: true });
    expect(gridDimmedBy('service')).toEqual({ floors: true, dots: false });
  });

  it('leaves nothing out: whatever one layer dims, another shows', () => {
    for (const glyph of dimmedBy('l3')) expect(belongs('l2', glyph)).toBe(true);
    for (const glyph of dimmedBy('l2')) expect(belongs('l3', glyph)).toBe(true);
  });
});
