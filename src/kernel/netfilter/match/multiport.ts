/** `-m multiport`: up to 15 ports and ranges, of which one must fit. @see net/netfilter/xt_multiport.c */
import { message } from '../../../lib/message.ts';
import { OptionError, type OptionReader } from '../options.ts';
import { isInRange, not, parsePort, portsOf, printPorts, type PortRange } from '../values.ts';
import { defineMatch } from './define.ts';

const OPTION = {
  sports: 'source-ports',
  dports: 'destination-ports',
  ports: 'ports',
} as const;
type Which = keyof typeof OPTION;
const WHICH: readonly Which[] = ['sports', 'dports', 'ports'];

export interface MultiportMatch {
  readonly match: 'multiport';
  readonly which: Which;
  readonly ports: readonly PortRange[];
  readonly invert: boolean;
}

const WITH_PORTS: readonly (number | undefined)[] = [6, 17, 33, 132, 136];
const MOST = 15;

function parsePart(text: string): PortRange {
  const [low = '', high = low] = text.split(':');
  const [from, to] = [parsePort(low), parsePort(high)];
  if (from >= to && text.includes(':')) throw new OptionError('invalid portrange specified');
  return { from, to };
}

function parse(options: OptionReader): MultiportMatch {
  const which = WHICH.find((name) => options.has(OPTION[name]));
  if (which === undefined) throw new OptionError('multiport expection an option');
  if (!WITH_PORTS.includes(options.protocol)) {
    throw new OptionError("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
  }
  const ports = (options.text(OPTION[which]) ?? '').split(',').map(parsePart);
  // a range takes two of the places
  if (ports.reduce((sum, { from, to }) => sum + (from === to ? 1 : 2), 0) > MOST) {
    throw new OptionError('too many ports specified');
  }
  return { match: 'multiport', which, ports, invert: options.inverted(OPTION[which]) };
}

function print({ which, ports, invert }: MultiportMatch): string {
  return `${not(invert)}--${which} ${ports.map(printPorts).join(',')}`;
}

export const multiport = defineMatch<MultiportMatch>({
  name: 'multiport',
  options: {
    'source-ports': { arguments: 1, negatable: true },
    sports: { arguments: 1, negatable: true, is: 'source-ports' },
    'destination-ports': { arguments: 1, negatable: true },
    dports: { arguments: 1, negatable: true, is: 'destination-ports' },
    ports: { arguments: 1, negatable: true },
    port: { arguments: 1, negatable: true, is: 'ports' },
  },
  exclusive: [['source-ports', 'destination-ports', 'ports']],
  parse,
  print,
  matches({ which, ports, invert }, { packet }) {
    const found = portsOf(packet);
    if (found === undefined) return false;
    const fits = ports.some(
      (range) =>
        (which !== 'dports' && isInRange(found.sport, range)) ||
        (which !== 'sports' && isInRange(found.dport, range)),
    );
    return fits !== invert;
  },
  explain: (match) => message('rule.ports', { options: print(match) }),
});
