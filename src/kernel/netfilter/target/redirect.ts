/** `-j REDIRECT`: DNAT to this namespace itself. @see net/netfilter/nf_nat_redirect.c */
import { message } from '../../../lib/message.ts';
import type { Ipv4 } from '../../../wire/address.ts';
import type { Probe } from '../probe.ts';
import { defineTarget } from './define.ts';
import { parsePorted, PORTED_OPTIONS, printPorted, printPortTarget, type PortedTarget } from './range.ts';

export interface RedirectTarget extends PortedTarget {
  readonly target: 'REDIRECT';
}

/** 127.0.0.1 for what is sent from here, else the first address of the device it came in by. */
function ownAddress({ hook, ns, iif }: Probe): Ipv4 | undefined {
  if (hook === 'OUTPUT') return 0x7f000001 as Ipv4;
  return ns.state.addresses.find((address) => address.dev === iif)?.ip;
}

export const redirect = defineTarget<RedirectTarget>({
  name: 'REDIRECT',
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
  options: PORTED_OPTIONS,
  parse: (options) => ({ target: 'REDIRECT', ...parsePorted(options) }),
  print: printPorted,
  act({ ports, random, randomFully }, probe) {
    const address = ownAddress(probe);
    if (address === undefined) return { act: 'DROP' };
    return {
      act: 'nat',
      manip: 'dst',
      range: {
        from: address,
        to: address,
        ...(ports === undefined ? {} : { fromPort: ports.from, toPort: ports.to }),
        ...(ports?.base === undefined ? {} : { basePort: ports.base }),
        random: random || randomFully,
        persistent: false,
      },
    };
  },
  explain: ({ ports }) =>
    ports === undefined
      ? message('rule.redirect', {})
      : message('rule.redirect.port', { port: printPortTarget(ports) }),
});
