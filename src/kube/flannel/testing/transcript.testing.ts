/**
 * A transcript of the real cluster (../shared/data/flannel/events), played again on the board: what was done is done, and at every
 * command that only looked, what the board prints is set beside what the real machine printed.
 */
import { ShellError } from '../../../kernel/shell/reading.ts';
import { capturedLines } from './captured.testing.ts';
import type { Rig } from './rig.testing.ts';
import { act } from './rows.testing.ts';

/** What was seen at one command: the place and the words, what the real machine said, what the board says. */
export interface Seen {
  readonly at: string;
  readonly real: readonly string[];
  readonly ours: readonly string[];
}

const MAC = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/g;

/** Lets time pass until a loop of so many seconds that began with the board looks again in `left` seconds. */
function alignTo(rig: Rig, period: number, left: number): void {
  const since = (rig.now / 1e9) % period;
  const until = period - Math.min(left, period - 0.001);
  rig.wait(until >= since ? until - since : until - since + period);
}

/** Calls each MAC after its node; another one of the same node was drawn by lot, there and here. */
class Macs {
  readonly #names = new Map<string, string>();

  plain(line: string, place: string): string {
    return line.replace(MAC, (mac) => {
      const known = this.#names.get(mac);
      if (known !== undefined) return known;
      const number = /dst 192\.168\.\d\.1(\d)/.exec(line)?.[1] ?? /^10\.244\.(\d)\.0 /.exec(line)?.[1];
      const node = number === undefined ? place : `node-${'abc'.charAt(Number(number))}`;
      const name = [...this.#names.values()].includes(node) ? `another of ${node}` : node;
      this.#names.set(mac, name);
      return name;
    });
  }
}

export class Player {
  readonly rig: Rig;
  readonly seen: Seen[] = [];
  readonly #real = new Macs();
  readonly #ours = new Macs();

  constructor(rig: Rig) {
    this.rig = rig;
  }

  play(path: string): readonly Seen[] {
    const lines = capturedLines(path).filter((line) => !/^[IWE]\d{4} /.test(line));
    lines.forEach((line, i) => {
      const looked = /^\$ \[([\w-]+)\] (.*)$/.exec(line);
      const end = lines.findIndex(
        (other, j) => j > i && /^(\$ |#|\(rc=|exit code|node-c flanneld)/.test(other),
      );
      const body = lines.slice(i + 1, end < 0 ? lines.length : end);
      if (looked && !/ rc=\d+\s*$/.test(line)) {
        // a program of several lines: its last one begins with except
        const lines = looked[2]?.startsWith('python3') === true ? 3 : 0;
        const command = [looked[2] ?? '', ...body.slice(0, lines)].join('\n');
        this.#look(looked[1] ?? '', command, body.slice(lines));
      } else this.#happens(line, lines.slice(i + 1));
    });
    return this.seen;
  }

  #happens(line: string, later: readonly string[]): void {
    const { rig } = this;
    const typed = /^\$ (?:\[([\w-]+)\] )?((?:ip|bridge) .*?)(?:\s+rc=0)?$/.exec(line);
    const restored = later.map((l) => /restored after ([\d.]+) s/.exec(l)).find((m) => m !== null);
    if (/^\$ ip link set (\S+) down; up/.test(line)) {
      rig.type('node-b', `ip link set ${/set (\S+) down/.exec(line)?.[1] ?? ''} down`);
    } else if (typed) {
      // seen by a look every second or so, hence later than it happened
      if (restored) alignTo(rig, 10, Number(restored[1]) - 0.5);
      const command = (typed[2] ?? '').replace(/^(bridge fdb del \S+ dev \S+)$/, (fdb) => {
        const mac = fdb.split(' ')[3] ?? '';
        const dst = this.rig.show(typed[1] ?? '', 'bridge fdb show').find((row) => row.startsWith(mac));
        return `${fdb} dst ${/dst (\S+)/.exec(dst ?? '')?.[1] ?? ''}`;
      });
      rig.type(typed[1] ?? 'node-b', command);
    } else if (line.startsWith('$ etcdctl del ')) act(rig, 'node-b', line.slice(2));
    else if (line.startsWith('# SIGKILL flanneld')) {
      act(rig, 'node-b', 'pkill -9 flanneld');
      rig.wait(1);
    } else if (line.startsWith('# SIGTERM node-b')) act(rig, 'node-b', 'pkill flanneld');
    else if (line.startsWith('# after SIGTERM on ')) act(rig, line.slice(19), 'pkill flanneld');
    else if (line.startsWith('# SIGTERM flanneld, device deleted')) {
      act(rig, 'node-b', 'pkill flanneld');
      const tunnel = [...rig.ns('node-b').state.devices.keys()].find((name) => name === 'flannel.1');
      if (tunnel) rig.type('node-b', `ip link del ${tunnel}`);
      act(rig, 'node-b', 'systemctl start flanneld');
    } else if (line.startsWith('# restarted:')) act(rig, 'node-b', 'systemctl start flanneld');
    else if (line.startsWith('# flanneld restarted on '))
      act(rig, line.slice(24, 30), 'systemctl start flanneld');
    else if (line.startsWith('##### JOIN')) act(rig, 'node-c', 'systemctl start flanneld');
    else if (/^# \d+ s later/.test(line)) rig.wait(Number(line.split(' ')[1]));
    else if (line.startsWith('# up, 12 s later')) {
      const dev = rig.ns('node-b').state.devices.has('flannel0' as never) ? 'flannel0' : 'flannel.1';
      rig.type('node-b', `ip link set ${dev} up`).wait(12);
    } else if (/NOT restored within 31 s|restored after/.test(line)) rig.wait(31);
    else if (/\(12 s watched\)/.test(line)) rig.wait(12);
    else if (/\(25 s watched\)/.test(line)) rig.wait(25);
  }

  #look(place: string, command: string, body: readonly string[]): void {
    const ours = this.#answer(place, command);
    if (ours === undefined) return;
    const real = command.startsWith('ping')
      ? pinged(body)
      : command.startsWith('traceroute')
        ? hops(body)
        : command.startsWith('python3')
          ? connected(body)
          : command.includes('ls -l')
            ? body.filter((line) => !/^total |^-rw/.test(line))
            : body;
    const where = `[${place}] ${command.startsWith('python3') ? 'connect' : command}`;
    const plain = (lines: readonly string[], macs: Macs): readonly string[] =>
      lines
        // states that come and go with the pings of the capture
        .filter((line) => line.trim() !== '' && !/ (FAILED|INCOMPLETE|STALE|REACHABLE|DELAY)\s*$/.test(line))
        .map((line) => macs.plain(line, place).trimEnd())
        .toSorted();
    this.seen.push({ at: where, real: plain(real, this.#real), ours: plain(ours, this.#ours) });
  }

  #answer(place: string, command: string): readonly string[] | undefined {
    const { rig } = this;
    const ping = /^ping -n -c 1 -W (\d) (?:-t (\d+) )?(\S+)$/.exec(command);
    if (ping) {
      const [, wait, ttl, to = ''] = ping;
      const { output } = rig.send(place, to, {
        timeout: Number(wait) * 1e9,
        ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
      });
      return pinged(output);
    }
    const trace = /^traceroute -n (-I )?-q 1 -w 1 -m 8 -N 1 (\S+)$/.exec(command);
    if (trace?.[1] === undefined && trace) {
      const { output } = rig.send(place, trace[2] ?? '', { protocol: 'traceroute', maxHops: 8 });
      return hops(output);
    }
    const connect = /create_connection\(\("([\d.]+)",8080\),(\d+)\)/.exec(command);
    if (connect) {
      const [, to = '', seconds] = connect;
      const limit = Number(seconds) * 1e9;
      const { result } = rig.send(place, to, { protocol: 'tcp', dport: 8080, timeout: limit });
      return [result ?? ''];
    }
    if (command === 'ip route | grep -v "^192\\|cni0"')
      return rig.show(place, 'ip route').filter((line) => !/^192|cni0/.test(line));
    const device = /^ip neigh show dev (\S+); bridge fdb show/.exec(command)?.[1];
    if (device !== undefined) return this.#device(place, device);
    if (command === 'iptables-save | grep -i flannel') return this.#rules(place);
    if (command.endsWith('iptables-save | grep -c flannel')) {
      const count = this.#rules(place).filter((line) => line.includes('flanneld ')).length;
      return [String(count)];
    }
    if (command.endsWith('cat /run/flannel/subnet.env'))
      return (rig.world.readFile(rig.ns(place).id, '/run/flannel/subnet.env') ?? '').split('\n');
    return undefined;
  }

  #device(place: string, device: string): readonly string[] {
    const commands = [`ip neigh show dev`, 'bridge fdb show dev', 'ip -br link show', 'ip -br addr show'];
    return commands.flatMap((command) => {
      try {
        return this.rig.show(place, `${command} ${device}`);
      } catch (error) {
        if (error instanceof ShellError) return error.lines;
        throw error;
      }
    });
  }

  #rules(place: string): readonly string[] {
    return [...this.rig.rules(place, 'filter'), ...this.rig.rules(place, 'nat')].filter((line) =>
      /flannel/i.test(line),
    );
  }
}

/** What came back of a ping: `ttl=62`, an error and who sent it, or nothing. */
function pinged(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => /ttl=\d+|^From .* Time to live exceeded/.exec(line)?.[0] ?? []);
}

/** The hops of a traceroute, each with its number. */
function hops(lines: readonly string[]): readonly string[] {
  return lines.slice(1).map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '));
}

/** How a connection went, as a Disposition. */
function connected(lines: readonly string[]): readonly string[] {
  const said = lines.join(' ');
  if (said.includes('peer=')) return ['connected'];
  if (said.includes('No route to host')) return ['unreachable'];
  if (said.includes('Network is unreachable')) return ['no-route'];
  return ['timeout'];
}
