/**
 * getaddrinfo(3) in front of a client program: the name is looked up as glibc does it (A and AAAA from one socket, below the
 * search domains of /etc/resolv.conf as `ndots` says), then the program runs with the address. nsswitch's other sources are
 * left out. @see glibc resolv/res_query.c, resolv/res_send.c
 */
import type { Ipv4 } from '../../wire/address.ts';
import type { Disposition } from '../../kernel/recorder.ts';
import type { AnyBehaviour, Behaviour, Sys } from '../process.ts';
import { end, type Target } from './client.ts';
import {
  addressesIn,
  ask,
  heard,
  isLookupTimer,
  newLookup,
  waited,
  type Lookup,
  type LookupStep,
} from './lookup.ts';
import { namesToAsk, resolvConfOf } from './resolvConf.ts';

/** options attempts:2 */
const ATTEMPTS = 2;
const LIMIT = 'limit';

/** gai_strerror(3) */
const WORDS = {
  EAI_NONAME: 'Name or service not known',
  EAI_NODATA: 'No address associated with hostname',
  EAI_AGAIN: 'Temporary failure in name resolution',
} as const;

export interface ResolverState {
  readonly exchange: number;
  readonly name: string;
  /** behaviour and first state of the program, which has no address yet */
  readonly program: string;
  readonly target: Target;
  /** what it says when there is no address; `%s` is why */
  readonly sorry: readonly string[];
  /** nanoseconds after which it gives up, and what it says then */
  readonly limit?: { readonly after: number; readonly says: string };
  readonly lookup?: Lookup;
  /** the name exists, but has no address */
  readonly isThere?: boolean;
  readonly servfail?: boolean;
  /** the program's state once it runs */
  readonly running?: { readonly state: unknown };
}

type System = Sys<unknown>;

function fail(sys: System, state: ResolverState, error: keyof typeof WORDS, result: Disposition): void {
  for (const line of state.sorry) sys.print(state.exchange, line.replace('%s', WORDS[error]));
  end(sys, state.exchange, result);
}

export function resolver(programs: readonly AnyBehaviour<unknown>[]): Behaviour<ResolverState, unknown> {
  const run = (sys: System, state: ResolverState, dst: Ipv4): ResolverState => {
    const program = programs.find(({ name }) => name === state.program);
    const { lookup: _done, ...rest } = state;
    const first = { ...state.target, dst, name: state.name };
    return { ...rest, running: { state: program?.wake(sys, first, { why: 'start' }) } };
  };

  const next = (sys: System, state: ResolverState, step: LookupStep): ResolverState => {
    const { lookup, ended } = step;
    if (!ended) return { ...state, lookup };
    if (ended.end === 'silent') {
      // nobody answered: the name as it is gets a last chance; an error ends it at once
      const isAsked = lookup.names.length === 1 || !lookup.names.includes(state.name);
      if (ended.result === 'timeout' && !isAsked)
        return next(sys, state, ask(sys, { ...lookup, names: [state.name], tries: 0 }));
      fail(sys, state, 'EAI_AGAIN', ended.result);
      return state;
    }
    const [dst] = addressesIn(ended.answers);
    if (dst !== undefined) return run(sys, state, dst);
    const codes = ended.answers.map(({ rcode }) => rcode);
    const isThere = state.isThere === true || codes.includes('NOERROR');
    const servfail =
      state.servfail === true || codes.some((code) => code !== 'NOERROR' && code !== 'NXDOMAIN');
    const seen = { ...state, isThere, servfail };
    const names = lookup.names.slice(1);
    if (names.length > 0) return next(sys, seen, ask(sys, { ...lookup, names, tries: 0 }));
    fail(sys, seen, isThere ? 'EAI_NODATA' : servfail ? 'EAI_AGAIN' : 'EAI_NONAME', 'no-name');
    return seen;
  };

  const start = (sys: System, state: ResolverState): ResolverState => {
    const { exchange, name, limit } = state;
    const conf = resolvConfOf((path) => sys.readFile(sys.ns, path));
    const names = namesToAsk(name, conf);
    if (names.length === 0 || conf.servers.length === 0) {
      fail(sys, state, names.length === 0 ? 'EAI_NONAME' : 'EAI_AGAIN', 'no-name');
      return state;
    }
    if (limit) sys.timer(limit.after, `dns ${LIMIT}`);
    const { servers } = conf;
    const lookup = newLookup({ exchange, servers, attempts: ATTEMPTS, types: ['A', 'AAAA'], names });
    return next(sys, state, ask(sys, lookup));
  };

  return {
    name: 'resolver',
    wake(sys, state, why) {
      if (state.running) {
        if (why.why === 'timer' && isLookupTimer(why.tag)) return state;
        const program = programs.find(({ name }) => name === state.program);
        const inner = program?.wake(sys, state.running.state, why);
        return inner === state.running.state ? state : { ...state, running: { state: inner } };
      }
      if (why.why === 'start') return start(sys, state);
      const { lookup, exchange, limit } = state;
      if (!lookup) return state;
      if (why.why === 'timer') {
        if (why.tag !== `dns ${LIMIT}`) return next(sys, state, waited(sys, lookup, why));
        end(sys, exchange, 'timeout', limit?.says);
        return state;
      }
      if (why.why === 'interrupt') {
        end(sys, exchange, 'timeout', '^C');
        return state;
      }
      return why.why === 'socket' ? next(sys, state, heard(sys, lookup, why)) : state;
    },
  };
}
