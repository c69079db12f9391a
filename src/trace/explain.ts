/** A step in words: the id of a sentence and its parameters, never English. Pure; reads what was recorded and adds nothing. */
import { assertUnreachable } from '../lib/assert.ts';
import { message, type Message } from '../lib/message.ts';
import { printIpv4 } from '../wire/address.ts';
import type { Packet } from '../wire/frame.ts';
import { segmentOf } from './story.ts';
import { explainDrop } from './why.ts';
import type { FrameIndex, Recording, Step } from './types.ts';

function packetAt(recording: Recording, index: FrameIndex | undefined): Packet | undefined {
  const payload = index === undefined ? undefined : recording.frames[index]?.payload;
  return payload?.kind === 'ipv4' ? payload : undefined;
}

type RouteStep = Extract<Step, { kind: 'route' }>;

function explainRoute({ dst: to, via, dev: oif, result }: RouteStep): Message {
  const dev: string = oif ?? '';
  const dst = printIpv4(to);
  switch (result) {
    case 'unicast':
      return via === undefined
        ? message('step.route.link', { dst, dev })
        : message('step.route.via', { dst, via: printIpv4(via), dev });
    case 'no-route':
      return message('step.route.none', { dst });
    case 'local':
    case 'broadcast':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
    case 'martian':
      return message(`step.route.${result}`, { dst });
    default:
      return assertUnreachable(result);
  }
}

type NeighStep = Extract<Step, { kind: 'neigh' }>;

function explainNeigh({ ip: address, dev, lladdr, result }: NeighStep): Message {
  const ip = printIpv4(address);
  const mac: string = lladdr ?? '';
  switch (result) {
    case 'resolved':
    case 'learned':
      return message(`step.neigh.${result}`, { ip, mac, dev });
    case 'incomplete':
    case 'failed':
      return message(`step.neigh.${result}`, { ip, dev });
    case 'noarp':
      return message('step.neigh.noarp', { dev });
    default:
      return assertUnreachable(result);
  }
}

type FdbStep = Extract<Step, { kind: 'fdb' }>;

/** A switch by the machines around it: the one that got the frame, or the one that sent it. Its own names are on no board. */
function explainSwitch({ ns, hop, mac, result }: FdbStep, { hops }: Recording): Message | undefined {
  const segment = segmentOf(ns);
  if (segment === undefined) return undefined;
  if (result === 'flood') return message('step.switch.flood', { segment, mac });
  if (result !== 'port' && result !== 'same-port' && result !== 'learned') return undefined;
  const other = result === 'port' ? hops.find(({ parent }) => parent === hop) : hops[hops[hop]?.parent ?? -1];
  return other && message(`step.switch.${result}`, { segment, mac, to: other.ns });
}

function explainFdb({ mac, dev, port, dst, result }: FdbStep): Message {
  switch (result) {
    case 'port':
    case 'same-port':
      return message(`step.fdb.${result}`, { mac, port: port ?? '', dev });
    case 'learned':
      return message('step.fdb.learned', {
        mac,
        port: port ?? (dst === undefined ? '' : printIpv4(dst)),
        dev,
      });
    case 'remote':
      return message('step.fdb.remote', { mac, dst: dst === undefined ? '' : printIpv4(dst), dev });
    case 'local':
    case 'flood':
    case 'miss':
      return message(`step.fdb.${result}`, { mac, dev });
    default:
      return assertUnreachable(result);
  }
}

function explainConntrack({ action, state, direction }: Extract<Step, { kind: 'conntrack' }>): Message {
  switch (action) {
    case 'created':
    case 'confirmed':
      return message(`step.conntrack.${action}`, {});
    case 'found':
      return message(direction === 'reply' ? 'step.conntrack.reply' : 'step.conntrack.found', { state });
    case 'none':
      return message('step.conntrack.none', { state });
    default:
      return assertUnreachable(action);
  }
}

function explainChain({
  event,
  table,
  chain,
  number,
  verdict,
  to,
}: Extract<Step, { kind: 'chain' }>): Message {
  switch (event) {
    case 'rule':
      return to === undefined
        ? message('step.chain.rule', { table, chain, number, verdict })
        : message('step.chain.jump', { table, chain, number, to });
    case 'return':
      return message('step.chain.return', { table, chain });
    case 'policy':
      return message('step.chain.policy', { table, chain, verdict });
    default:
      return assertUnreachable(event);
  }
}

/** The sentence that says what this step did. */
export function explain(step: Step, recording: Recording): Message {
  const { ns } = step;
  switch (step.kind) {
    case 'originate':
      return message('step.originate', { ns, by: step.by });
    case 'rx':
      return message(`step.rx.${step.pkttype}`, { ns, dev: step.dev });
    case 'tx':
      return message('step.tx', { ns, dev: step.dev });
    case 'hook':
      return message(step.bridged ? 'step.hook.bridged' : 'step.hook', { hook: step.hook });
    case 'conntrack':
      return explainConntrack(step);
    case 'chain':
      return explainChain(step);
    case 'nat':
      return message(step.inner ? 'step.nat.inner' : `step.nat.${step.manip}`, {
        was: step.was,
        is: step.is,
      });
    case 'route':
      return explainRoute(step);
    case 'ttl':
      return message('step.ttl', {
        from: packetAt(recording, step.before)?.ttl ?? step.ttl + 1,
        to: step.ttl,
      });
    case 'neigh':
      return explainNeigh(step);
    case 'fdb':
      return explainSwitch(step, recording) ?? explainFdb(step);
    case 'encap': {
      const outer = packetAt(recording, step.frame);
      const src = outer ? printIpv4(outer.src) : '';
      const dst = outer ? printIpv4(outer.dst) : '';
      return message('step.encap.vxlan', { dev: step.dev, vni: step.vni, src, dst });
    }
    case 'decap':
      return message('step.decap.vxlan', { dev: step.dev, vni: step.vni });
    case 'restore':
      return message('step.restore', { dev: step.dev, mac: step.src });
    case 'flood':
      return message('step.flood', { dev: step.dev, ports: step.ports.join(', '), count: step.ports.length });
    case 'fragment':
      return message('step.fragment', { dev: step.dev, mtu: step.mtu, pieces: step.pieces });
    case 'reassemble':
      return message(step.complete ? `step.reassemble.${step.where}` : 'step.reassemble.waiting', {});
    case 'queue':
      return message('step.queue', { ip: printIpv4(step.waitsFor), dev: step.dev });
    case 'process':
      return message('step.process', { process: step.process, action: step.action });
    case 'unsent':
      return message(`step.unsent.${step.why}`, { to: printIpv4(step.to) });
    case 'deliver':
      return message('step.deliver', { to: step.to });
    case 'drop':
      return explainDrop(recording, step);
    default:
      return assertUnreachable(step);
  }
}
