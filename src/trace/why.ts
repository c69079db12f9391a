/**
 * Why an exchange did not get through, read from its recording: who dropped the packet, for want of what, and whether the
 * sender was told. Data for the card that says so; nothing is guessed.
 */
import { message, type Message } from '../lib/message.ts';
import { printIpv4, type Ipv4 } from '../wire/address.ts';
import { packetLength } from '../wire/codec.ts';
import type { Packet } from '../wire/frame.ts';
import { remedyOf, type Known, type Remedy } from './remedy.ts';
import {
  isStep,
  type Disposition,
  type DropReason,
  type HopIndex,
  type Recording,
  type Row,
  type Seq,
  type Step,
} from './types.ts';

export interface Why {
  readonly sentence: Message;
  /** the kernel's own name for it, and the function that did it */
  readonly reason: DropReason;
  readonly where: string;
  /** whether an error came back to the sender */
  readonly told: Message;
  readonly row?: Row;
  /** what would let it go on from there, when what was recorded or is known says so */
  readonly remedy?: Remedy;
  /** the entry at which the packet ended */
  readonly seq: Seq;
}

type Drop = Extract<Step, { readonly kind: 'drop' }>;

const GOOD: ReadonlySet<Disposition> = new Set(['delivered', 'replied', 'connected']);

function packetAt(recording: Recording, step: Step): Packet | undefined {
  const payload = recording.frames[step.frame]?.payload;
  return payload?.kind === 'ipv4' ? payload : undefined;
}

/** An ICMP message about another packet, on any of its ways. */
function isAboutAnother({ hops }: Recording, hop: HopIndex): boolean {
  for (let at: HopIndex = hop; at >= 0; at = hops[at]?.parent ?? (-1 as HopIndex)) {
    if (hops[at]?.cause === 'error') return true;
  }
  return false;
}

/** Who dropped it, and for want of what. */
export function explainDrop(recording: Recording, drop: Drop): Message {
  const { ns, reason } = drop;
  const packet = packetAt(recording, drop);
  const dst = packet ? printIpv4(packet.dst) : '';
  const src = packet ? printIpv4(packet.src) : '';
  switch (reason) {
    case 'IP_INNOROUTES':
    case 'IP_OUTNOROUTES':
      return message('why.no-route', { ns, dst });
    case 'IP_INADDRERRORS':
      return message('why.refused-by-route', { ns, dst });
    case 'NO_TX_TARGET': {
      const fdb = lastBefore(recording, drop, 'fdb');
      return fdb?.kind === 'fdb'
        ? message('why.no-fdb', { ns, dev: fdb.dev, mac: fdb.mac })
        : message('why.other', { ns, reason });
    }
    case 'NEIGH_FAILED': {
      const neigh = lastBefore(recording, drop, 'neigh');
      return neigh?.kind === 'neigh'
        ? message('why.no-neigh', { ns, dev: neigh.dev, ip: printIpv4(neigh.ip) })
        : message('why.other', { ns, reason });
    }
    case 'NO_SOCKET':
      return message('why.no-socket', { ns, dst: destination(packet, dst) });
    case 'IP_INHDR':
      return message('why.ttl', { ns });
    case 'PKT_TOO_BIG':
      return message('why.too-big', { ns, size: packet ? packetLength(packet) : 0 });
    case 'IP_LOCAL_SOURCE':
    case 'IP_RPFILTER':
    case 'IP_INVALID_SOURCE':
    case 'IP_LOCALNET':
      return message('why.martian', { ns, src });
    case 'OTHERHOST':
      return message('why.otherhost', { ns, dev: lastBefore(recording, drop, 'rx')?.dev ?? '' });
    case 'BRIDGE_INGRESS_STP_STATE':
    case 'DEV_READY':
    case 'QDISC_DROP':
      return message('why.device', { ns });
    case 'NETFILTER_DROP':
      return byRule(drop);
    case 'IP_INVALID_DEST':
    case 'NEIGH_QUEUEFULL':
    case 'NEIGH_DEAD':
    case 'VXLAN_VNI_NOT_FOUND':
    case 'VXLAN_INVALID_HDR':
    case 'LOCAL_MAC':
    case 'QUEUE_PURGE':
    case 'DEV_HDR':
    case 'RECURSION_LIMIT':
    case 'UNHANDLED_PROTO':
    case 'UNICAST_IN_L2_MULTICAST':
    case 'FRAG_REASM_TIMEOUT':
    case 'PROCESS_DISCARD':
    case 'PKT_TOO_SMALL':
      return message('why.other', { ns, reason });
    case 'NOT_SPECIFIED':
      return drop.row?.table === 'route'
        ? message('why.refused-by-route', { ns, dst })
        : message('why.other', { ns, reason });
  }
}

/** The last step of a kind that the packet took before it was dropped. */
function lastBefore({ entries }: Recording, { hop, seq }: Drop, kind: Step['kind']): Step | undefined {
  for (let at = seq - 1; at >= 0; at--) {
    const entry = entries[at];
    if (entry && isStep(entry) && entry.hop === hop && entry.kind === kind) return entry;
  }
  return undefined;
}

/** The rule or policy that dropped it, out of its text; NAT and conntrack drop without one. */
function byRule({ ns, reason, row }: Drop): Message {
  const [, table = '', command = '', chain = ''] = /^-t (\S+) -([AP]) (\S+)/.exec(row?.line ?? '') ?? [];
  if (command === '') return message('why.other', { ns, reason });
  return message(command === 'P' ? 'why.policy' : 'why.rule', { ns, table, chain });
}

function destination(packet: Packet | undefined, dst: string): string {
  const segment = packet?.payload;
  return segment?.kind === 'tcp' || segment?.kind === 'udp' ? `${dst}:${segment.dport}` : dst;
}

/** The row that said no: on the drop itself, else the one that the last lookup before it found. */
function rowOf(steps: readonly Step[], drop: Drop): Row | undefined {
  const last = steps.findLast(
    (step) => step.hop === drop.hop && step.seq < drop.seq && step.kind !== 'unsent',
  );
  const found =
    last?.kind === 'route' || last?.kind === 'neigh' || last?.kind === 'fdb' ? last.row : undefined;
  return drop.row ?? found;
}

/** Whether the sender was told, and if not, whether that was for want of something. */
function toldOf(from: Ipv4 | undefined, unsent: Step | undefined): Message {
  if (from !== undefined) return message('why.told', { from: printIpv4(from) });
  if (unsent?.kind !== 'unsent') return message('why.silent', {});
  return message(`why.untold.${unsent.why}`, { ns: unsent.ns, to: printIpv4(unsent.to) });
}

/** The drop that ended the exchange, or undefined when it got through or nothing of it was dropped. */
export function whyOf(recording: Recording, exchange: number, known?: Known): Why | undefined {
  const record = recording.exchanges[exchange];
  if (record?.result === undefined || GOOD.has(record.result)) return undefined;
  const steps = recording.entries.filter(
    (entry): entry is Step => isStep(entry) && recording.hops[entry.hop]?.exchange === exchange,
  );
  // questions that nobody answered are dropped too (ARP), and errors and redirects on their way back; the first packet of
  // those that were asked for is the story
  const drops = steps.filter(
    (step): step is Drop => step.kind === 'drop' && recording.frames[step.frame]?.payload.kind !== 'arp',
  );
  const drop = drops.find((step) => !isAboutAnother(recording, step.hop)) ?? drops[0];
  if (!drop) return undefined;
  const error = steps.find(
    (step) => step.kind === 'originate' && recording.hops[step.hop]?.cause === 'error',
  );
  const from = error ? packetAt(recording, error)?.src : undefined;
  const unsent = steps.find((step) => step.kind === 'unsent' && step.hop === drop.hop);
  const row = rowOf(steps, drop);
  const remedy = remedyOf({ recording, drop, steps, row }, known);
  return {
    sentence: explainDrop(recording, drop),
    reason: drop.reason,
    where: drop.where,
    told: toldOf(from, unsent),
    ...(row === undefined ? {} : { row }),
    ...(remedy === undefined ? {} : { remedy }),
    seq: drop.seq,
  };
}
