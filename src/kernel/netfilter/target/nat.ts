/** `-j DNAT`, `-j SNAT`: another destination or source for the connection. @see net/netfilter/xt_nat.c */
import { message } from '../../../lib/message.ts';
import type { Hook } from '../../recorder.ts';
import type { Probe } from '../probe.ts';
import type { NatRange, Outcome, TargetDefinition } from './define.ts';
import { defineTarget } from './define.ts';
import { parseNatTarget, printNatTarget, printPortTarget, RANDOM_OPTIONS, type NatTarget } from './range.ts';
import { printIpv4 } from '../../../wire/address.ts';

export interface AddressTarget<T extends string> extends NatTarget {
  readonly target: T;
}

function rangeOf(target: NatTarget, kept: Probe['packet']['src']): NatRange {
  return {
    from: target.addresses?.from ?? kept,
    to: target.addresses?.to ?? kept,
    ...(target.ports === undefined ? {} : { fromPort: target.ports.from, toPort: target.ports.to }),
    ...(target.ports?.base === undefined ? {} : { basePort: target.ports.base }),
    random: target.random || target.randomFully,
    persistent: target.persistent,
  };
}

/** `10.0.0.1-10.0.0.9:80`, for the sentence. */
function where({ addresses, ports }: NatTarget): string {
  const from = addresses ? printIpv4(addresses.from) : '';
  const to = addresses && addresses.to !== addresses.from ? `-${printIpv4(addresses.to)}` : '';
  return `${from}${to}${ports ? `:${printPortTarget(ports)}` : ''}`;
}

function addressTarget<T extends 'DNAT' | 'SNAT'>(
  name: T,
  option: string,
  hooks: readonly Hook[],
): TargetDefinition<AddressTarget<T>> {
  const isSource = name === 'SNAT';
  return defineTarget<AddressTarget<T>>({
    name,
    tables: ['nat'],
    hooks,
    options: { [option]: { arguments: 1, mandatory: true }, ...RANDOM_OPTIONS, persistent: { arguments: 0 } },
    parse: (options) => ({ target: name, ...parseNatTarget(options.text(option) ?? '', options) }),
    print: (target) => `--${option} ${printNatTarget(target)}`,
    act: (target, { packet }): Outcome => ({
      act: 'nat',
      manip: isSource ? 'src' : 'dst',
      range: rangeOf(target, isSource ? packet.src : packet.dst),
    }),
    explain: (target) =>
      isSource ? message('rule.snat', { to: where(target) }) : message('rule.dnat', { to: where(target) }),
  });
}

export const dnat = addressTarget('DNAT', 'to-destination', ['PREROUTING', 'OUTPUT']);
export const snat = addressTarget('SNAT', 'to-source', ['INPUT', 'POSTROUTING']);
