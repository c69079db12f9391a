/** Layer-2 segments and which node is in which: Board.spec.segments, else one per /24 of the nodes' addresses. */
import { message } from '../../../lib/message.ts';
import {
  addressAt,
  contains,
  lastOf,
  networkOf,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../../../wire/address.ts';
import type { Segment } from '../../cluster.ts';
import type { BoardManifest } from '../boardDocument.ts';
import type { Findings } from './findings.ts';
import type { Single } from './network.ts';
import type { ResolvedNode } from './nodes.ts';
import { covers, overlaps } from './prefix.ts';

export interface ResolvedSegments {
  readonly segments: readonly Segment[];
  /** segment name by node name; nodes without one have a finding */
  readonly segmentOf: ReadonlyMap<string, string>;
}

/** MTU of plain Ethernet */
const DEFAULT_MTU = 1500;

/** A default segment is never widened beyond this; such a cluster needs a Board document. */
const WIDEST = 16;

export function resolveSegments(
  nodes: readonly ResolvedNode[],
  board: Single<BoardManifest> | undefined,
  findings: Findings,
): ResolvedSegments {
  const given = board?.value.spec?.segments;
  if (board && given && given.length > 0)
    return placeNodes(nodes, { value: given, document: board.document }, findings);
  return defaultSegments(nodes, findings);
}

type BoardSegment = NonNullable<NonNullable<BoardManifest['spec']>['segments']>[number];

function placeNodes(
  nodes: readonly ResolvedNode[],
  given: Single<readonly BoardSegment[]>,
  findings: Findings,
): ResolvedSegments {
  const { value: segments, document } = given;
  const names = new Set(nodes.map((node) => node.name));
  segments.forEach((segment, i) => {
    const path = ['spec', 'segments', i];
    for (const earlier of segments.slice(0, i)) {
      if (earlier.name === segment.name) {
        const params = { name: segment.name, field: 'spec.segments' };
        findings.add('error', document, [...path, 'name'], message('cluster.same-name', params));
      }
      if (overlaps(earlier.cidr, segment.cidr)) {
        const params = { segment: segment.name, other: earlier.name };
        findings.add('error', document, [...path, 'cidr'], message('cluster.segment-overlap', params));
      }
    }
    (segment.nodes ?? []).forEach((node, j) => {
      if (names.has(node)) return;
      const params = { segment: segment.name, node };
      findings.add(
        'warning',
        document,
        [...path, 'nodes', j],
        message('cluster.segment-unknown-node', params),
      );
    });
  });
  const segmentOf = new Map<string, string>();
  for (const node of nodes) {
    const ip = printIpv4(node.ip);
    const listed = segments.find((segment) => segment.nodes?.includes(node.name));
    const segment = listed ?? segments.find(({ cidr }) => contains(cidr, node.ip));
    if (!segment) {
      findings.add(
        'error',
        node.document,
        node.ipPath,
        message('cluster.node-no-segment', { node: node.name, ip }),
      );
      continue;
    }
    const params = { segment: segment.name, cidr: printCidr(segment.cidr), node: node.name, ip };
    if (!contains(segment.cidr, node.ip)) {
      findings.add(
        'error',
        document,
        ['spec', 'segments', segments.indexOf(segment), 'nodes'],
        message('cluster.segment-wrong-node', params),
      );
    } else if (isReserved(segment.cidr, node.ip)) {
      findings.add('error', node.document, node.ipPath, message('cluster.segment-reserved-address', params));
    }
    segmentOf.set(node.name, segment.name);
  }
  return {
    segments: segments.map(({ name, cidr, mtu }) => ({ name, cidr, mtu: mtu ?? DEFAULT_MTU })),
    segmentOf,
  };
}

/**
 * One segment per /24, in the order of the nodes, named a, b, c …; the router has the first address of each. Where a node has
 * an address that a /24 cannot give it (.0, .1, .255: its real prefix is wider), the segment is widened until it can.
 */
function defaultSegments(nodes: readonly ResolvedNode[], findings: Findings): ResolvedSegments {
  let blocks: readonly Cidr[] = [];
  const widened: ResolvedNode[] = [];
  for (const node of nodes) {
    if (blocks.some((block) => contains(block, node.ip) && !isReserved(block, node.ip))) continue;
    let block = networkOf({ address: node.ip, bits: 24 });
    while (isReserved(block, node.ip) && block.bits > WIDEST)
      block = networkOf({ address: node.ip, bits: block.bits - 1 });
    if (block.bits < 24) widened.push(node);
    // the place of the first block that the new one swallows stays its place
    const place = blocks.findIndex((other) => overlaps(other, block));
    const union = blocks.reduce((widest, other) => (covers(other, widest) ? other : widest), block);
    const kept = blocks.filter((other, i) => i === place || !covers(union, other));
    blocks =
      place === -1 ? [...blocks, union] : kept.map((other) => (overlaps(other, union) ? union : other));
  }
  const segments = blocks.map((cidr, i) => ({ name: letters(i), cidr, mtu: DEFAULT_MTU }));
  const segmentOf = new Map<string, string>();
  for (const node of nodes) {
    const segment = segments.find(({ cidr }) => contains(cidr, node.ip));
    if (!segment) continue;
    segmentOf.set(node.name, segment.name);
    const params = {
      node: node.name,
      ip: printIpv4(node.ip),
      segment: segment.name,
      cidr: printCidr(segment.cidr),
    };
    if (isReserved(segment.cidr, node.ip)) {
      findings.add('error', node.document, node.ipPath, message('cluster.segment-reserved-address', params));
    } else if (widened.includes(node)) {
      findings.add('info', node.document, node.ipPath, message('cluster.segment-widened', params));
    }
  }
  return { segments, segmentOf };
}

/** Network, router and broadcast address: no node of the segment can have them. */
export function isReserved(prefix: Cidr, ip: Ipv4): boolean {
  const network = networkOf(prefix).address;
  return ip === network || ip === addressAt(network, 1) || ip === lastOf(prefix);
}

/** 0 -> a, 25 -> z, 26 -> aa */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
