/** `trace` and `pcap`: the packet that their options describe, sent on a fresh board. */
import type { MessageId } from '../lib/message.ts';
import type { Cluster } from '../kube/cluster.ts';
import { injectionOf } from '../engine/injection.ts';
import { Run } from '../engine/run.ts';
import { InputError, numberIn, printMessage, Usage } from './words.ts';

const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;

/** For `parseArgs`. */
export const SEND_OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  proto: { type: 'string', default: 'icmp' },
  sport: { type: 'string' },
  ttl: { type: 'string' },
  size: { type: 'string' },
  df: { type: 'boolean', default: false },
  'no-df': { type: 'boolean', default: false },
  pick: { type: 'string', multiple: true },
} as const;

export interface SendValues {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly proto: string;
  readonly sport?: string | undefined;
  readonly ttl?: string | undefined;
  readonly size?: string | undefined;
  readonly df: boolean;
  readonly 'no-df': boolean;
  readonly pick?: readonly string[] | undefined;
}

/** What is wrong with the words themselves, whatever the board. */
const MISUSED: readonly MessageId[] = ['send.not-a-sender', 'send.no-port', 'send.bad-pick'];

/** Sends; throws Usage or InputError where that cannot be. A tcp probe opens a connection and resets it. */
export function sendOn(cluster: Cluster, values: SendValues): Run {
  const { from, to, proto, pick } = values;
  const protocol = PROTOCOLS.find((p) => p === proto);
  if (!protocol) throw new Usage(`--proto is one of ${PROTOCOLS.join(', ')}, not "${proto}"`);
  if (from === undefined || to === undefined) throw new Usage('--from and --to are wanted');
  if (values.df && values['no-df']) throw new Usage('--df and --no-df are opposites');
  const given = { ...values };
  const injection = injectionOf(cluster, {
    protocol,
    from,
    to,
    probe: true,
    ...numberIn(given, 'sport'),
    ...numberIn(given, 'ttl'),
    ...numberIn(given, 'size'),
    ...(values['no-df'] ? { df: false } : values.df ? { df: true } : {}),
    ...(pick === undefined ? {} : { pick }),
  });
  if ('id' in injection) {
    const text = printMessage(injection);
    throw MISUSED.includes(injection.id) ? new Usage(text) : new InputError(text);
  }
  const run = new Run(cluster);
  if (run.give({ input: 'send', injection }) === 'budget')
    throw new InputError('the packet does not come to rest: a loop?');
  return run;
}
