/** A namespace to look at: the commands that the pastes in the tests were made with. */
import { apply } from '../op.ts';
import { parseOp } from '../opText.ts';
import { BY_USER } from '../origin.ts';
import { createNetNs, type NetNs } from '../netns.ts';
import type { NetNsId, SimTime } from '../recorder.ts';
import { ShellError, type Hint } from './reading.ts';
import { isTool, parseShell } from './shell.ts';

const SETUP = [
  'tn1 ip link set lo up',
  'tn1 ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:11 netns tp1',
  'tn1 ip addr add 192.168.0.11/24 brd + dev eth0',
  'tn1 ip link set eth0 up',
  'tp1 ip link set eth0 up',
  'tn1 ip link add cni0 address 02:00:00:00:00:02 type bridge',
  'tn1 ip addr add 10.244.1.1/24 brd + dev cni0',
  'tn1 ip link set cni0 up',
  'tn1 ip link add veth1 address 02:00:00:00:00:03 type veth peer name v0 netns tp1',
  'tn1 ip link set veth1 master cni0',
  'tn1 ip link set veth1 up',
  'tp1 ip link set v0 up',
  'tn1 bridge link set dev veth1 hairpin on',
  'tn1 ip link add flannel.1 address 02:00:00:00:00:04 mtu 1450 type vxlan id 1 dev eth0 local 192.168.0.11 dstport 8472 nolearning',
  'tn1 ip addr add 10.244.1.0/32 dev flannel.1',
  'tn1 ip link set flannel.1 up',
  'tn1 ip route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
  'tn1 ip route add default via 192.168.0.12 dev eth0',
  'tn1 ip route add blackhole 10.9.0.0/16',
  'tn1 ip route add 10.10.0.0/16 via 192.168.0.12 dev eth0 metric 100',
  'tn1 ip route add 10.11.0.0/16 dev eth0 src 192.168.0.11',
  'tn1 ip neigh replace 10.244.2.0 lladdr 0e:f1:a0:00:00:02 dev flannel.1 nud permanent',
  'tn1 bridge fdb append 0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12',
];

const AT = 0 as SimTime;

/** tn1 and tp1 after the commands of SETUP and `more`. */
export function lab(more: readonly string[] = []): ReadonlyMap<NetNsId, NetNs> {
  const all = new Map(['tn1', 'tp1'].map((id) => [id as NetNsId, createNetNs(id as NetNsId)]));
  for (const line of [...SETUP, ...more]) {
    const [id = '', ...words] = line.split(' ');
    const op = parseOp(words.join(' '));
    const ns = all.get(id as NetNsId);
    if (!op.ok || ns === undefined) throw new Error(`${line}: ${op.ok ? 'no such namespace' : op.error}`);
    const result = apply(all, ns, op.value, { at: AT, origin: BY_USER });
    if (!result.ok) throw new Error(`${line}: ${result.text}`);
  }
  return all;
}

/** What a command prints in tn1. */
export function run(namespaces: ReadonlyMap<NetNsId, NetNs>, line: string): string {
  const [tool = '', ...words] = line.split(' ');
  const ns = namespaces.get('tn1' as NetNsId);
  if (!isTool(tool) || ns === undefined) throw new Error(`no tool ${tool}`);
  const parsed = parseShell(tool, words);
  if (parsed.kind !== 'read') throw new Error(`${line} changes something`);
  return parsed.read({ ns, now: AT, namespaces }).join('\n');
}

/** How it is refused there. */
export function refused(line: string): { readonly text: string; readonly hint?: Hint } {
  try {
    run(lab(), line);
  } catch (error) {
    if (error instanceof ShellError)
      return { text: error.message, ...(error.hint ? { hint: error.hint } : {}) };
    throw error;
  }
  throw new Error(`${line} was not refused`);
}

/** A paste without its first and last line break. */
export const lines = (text: string): string => text.replace(/^\n/, '').replace(/\n$/, '');
