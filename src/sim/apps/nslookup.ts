/** nslookup NAME [SERVER] of BIND 9.18: A below the search domains, then AAAA of the name that was found. @see bind9 bin/dig/nslookup.c */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import type { Behaviour, Sys } from '../process.ts';
import { end } from './client.ts';
import {
  addressesIn,
  ask,
  heard,
  newLookup,
  waited,
  type Lookup,
  type LookupEnd,
  type LookupStep,
} from './lookup.ts';
import { namesToAsk, resolvConfOf } from './resolvConf.ts';

/** how often a server is asked in all */
const ATTEMPTS = 3;

export interface NslookupState {
  readonly exchange: number;
  readonly name: string;
  readonly server?: Ipv4;
  readonly lookup?: Lookup;
  /** the addresses are printed; what is still asked for is AAAA */
  readonly isFound?: boolean;
}

type System = Sys<unknown>;

const serverText = (server: Ipv4): string => `${printIpv4(server)}#53`;

/** What of an answer is printed, CNAMEs first. */
function answerLines({ answers }: DnsMessage): readonly string[] {
  return answers.flatMap((record) => {
    if (record.type === 'CNAME') return [`${record.name}\tcanonical name = ${record.target}.`];
    return record.type === 'A' ? [`Name:\t${record.name}`, `Address: ${printIpv4(record.ip)}`] : [];
  });
}

function next(sys: System, state: NslookupState, { lookup, ended }: LookupStep): NslookupState {
  const { exchange } = state;
  if (!ended) return { ...state, lookup };
  if (ended.end === 'silent') {
    if (state.isFound === true) end(sys, exchange, 'replied', '');
    else end(sys, exchange, ended.result, ';; no servers could be reached');
    return state;
  }
  if (state.isFound === true) {
    end(sys, exchange, 'replied', '');
    return state;
  }
  const [message] = ended.answers;
  const names = lookup.names.slice(1);
  if (message?.rcode === 'NXDOMAIN' && names.length > 0)
    return next(sys, state, ask(sys, { ...lookup, names, tries: 0 }));
  const server = lookup.servers[lookup.tries % lookup.servers.length] ?? (0 as Ipv4);
  for (const line of [`Server:\t\t${printIpv4(server)}`, `Address:\t${serverText(server)}`, ''])
    sys.print(exchange, line);
  if (message === undefined || message.rcode !== 'NOERROR') {
    const code = message?.rcode ?? 'SERVFAIL';
    end(sys, exchange, 'no-name', `** server can't find ${ended.name}: ${code}`);
    return state;
  }
  const lines = answerLines(message);
  if (lines.length === 0) {
    end(sys, exchange, 'no-name', `*** Can't find ${state.name}: No answer`);
    return state;
  }
  if (!message.authoritative) sys.print(exchange, 'Non-authoritative answer:');
  for (const line of lines) sys.print(exchange, line);
  const found = { ...state, isFound: true };
  const last = message.answers.at(-1)?.name ?? ended.name;
  if (addressesIn([message]).length === 0) {
    end(sys, exchange, 'no-name', '');
    return found;
  }
  return next(sys, found, ask(sys, { ...lookup, names: [last], types: ['AAAA'], tries: 0 }));
}

export const nslookup: Behaviour<NslookupState, unknown> = {
  name: 'nslookup',
  wake(sys, state, why) {
    const { exchange, lookup } = state;
    const told = (ended: LookupEnd): void => {
      if (ended.end === 'silent' && state.isFound !== true)
        sys.print(exchange, `;; communications error to ${serverText(ended.server)}: ${ended.why}`);
    };
    if (why.why === 'start') {
      const conf = resolvConfOf((path) => sys.readFile(sys.ns, path));
      const servers = state.server === undefined ? conf.servers : [state.server];
      const names = namesToAsk(state.name, conf);
      if (servers.length === 0 || names.length === 0) {
        end(sys, exchange, 'no-name', ';; no servers could be reached');
        return state;
      }
      return next(
        sys,
        state,
        ask(sys, newLookup({ exchange, servers, attempts: ATTEMPTS, types: ['A'], names })),
      );
    }
    if (why.why === 'interrupt') {
      end(sys, exchange, 'timeout', '^C');
      return state;
    }
    if (!lookup) return state;
    if (why.why === 'timer') return next(sys, state, waited(sys, lookup, { tag: why.tag, told }));
    return why.why === 'socket' ? next(sys, state, heard(sys, lookup, { event: why.event, told })) : state;
  },
};
