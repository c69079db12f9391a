import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { decodeColumns, EMPTY_RECORDING, type RecordingColumns } from '../trace/columns.ts';
import { captured } from '../trace/tcpdump.ts';
import { validate } from '../trace/trace.ts';
import { isStep, type Recording } from '../trace/types.ts';
import { Engine } from './engine.ts';
import type { CommandResult, Said } from './protocol.ts';

/** An engine with the default board, and terminals in it. */
class Page {
  readonly engine = new Engine();
  recording: Recording = EMPTY_RECORDING;

  constructor() {
    const text = must(this.engine.handle('scenario', { id: 'two-nodes' }), 'two-nodes');
    const opened = this.engine.handle('open', { text, revision: 1 });
    if (opened.status === 'committed') this.#take(opened.recording);
  }

  #take(columns: RecordingColumns): void {
    this.recording = decodeColumns(this.recording, columns);
    const problems = validate(this.recording);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  type(ns: string, line: string, atSeq?: number): CommandResult {
    const result = this.engine.handle('command', { ns, line, ...(atSeq === undefined ? {} : { atSeq }) });
    if ('recording' in result) this.#take(result.recording);
    return result;
  }

  said(ns: string, line: string, atSeq?: number): Said {
    const result = this.type(ns, line, atSeq);
    if (result.status !== 'said' && result.status !== 'changed') throw new Error(result.status);
    return result.said;
  }

  /** What a program that sends has printed, without its times. */
  output(ns: string, line: string): readonly string[] {
    const result = this.type(ns, line);
    if (result.status !== 'sent') throw new Error(result.status);
    return this.exchange(result.exchange).output.map((l) =>
      l.replace(/ {2}[\d.]+ ms|time=[\d.]+ ms|[\d.]+(\/[\d.]+){3} ms/, ''),
    );
  }

  exchange(id: number): Recording['exchanges'][number] {
    return must(this.recording.exchanges[id], 'exchange');
  }

  interrupt(exchange: number, atSeq: number): void {
    this.#take(this.engine.handle('interrupt', { exchange, atSeq }).recording);
  }

  complete(ns: string, text: string): readonly string[] {
    return this.engine.handle('complete', { ns, text }).candidates;
  }
}

const DB = '10.244.2.2';

describe('a command that looks', () => {
  it('prints what is there and leaves no trace in the recording', () => {
    const page = new Page();
    const { length } = page.recording.entries;
    expect(page.said('node1', `ip route get ${DB}`)).toEqual({
      lines: [`${DB} via 10.244.2.0 dev flannel.1 src 10.244.1.0 uid 0 `, '    cache '],
      failed: false,
    });
    expect(page.recording.entries).toHaveLength(length);
  });

  it('looks at the moment of the playhead', () => {
    const page = new Page();
    const before = page.recording.entries.length;
    page.said('node1', 'ip route del 10.244.2.0/24');
    expect(page.said('node1', 'ip route show 10.244.2.0/24').lines).toEqual([]);
    expect(page.said('node1', 'ip route show 10.244.2.0/24', before).lines).toHaveLength(1);
  });

  it('can be filtered by grep', () => {
    expect(
      new Page().said('node1', 'ip -br link | grep cni').lines.map((line) => line.split(' ')[0]),
    ).toEqual(['cni0']);
    expect(new Page().said('node1', 'ip -br link | grep -v -i CNI').lines.join()).not.toContain('cni0');
  });

  it('is refused by name when there is no such command, with the nearest there is', () => {
    expect(new Page().said('node1', 'pign 10.0.0.1')).toEqual({
      lines: ['bash: pign: command not found'],
      failed: true,
      hint: { word: 'pign', nearest: 'ping' },
    });
  });
});

describe('a command that changes tables', () => {
  it('is recorded, and the next packet meets the rule', () => {
    const page = new Page();
    expect(page.type('node1', 'iptables -I FORWARD -j DROP').status).toBe('changed');
    const lost = page.output('shop/web', `ping -c 1 ${DB}`);
    expect(lost.at(-2)).toBe('1 packets transmitted, 0 received, 100% packet loss, time 0ms');
    const drop = page.recording.entries.find((entry) => isStep(entry) && entry.kind === 'drop');
    expect(drop).toMatchObject({ ns: 'node1', reason: 'NETFILTER_DROP' });
    expect(page.said('node1', 'iptables -n -v -L FORWARD 1').lines).toEqual([
      '    1    84 DROP       0    --  *      *       0.0.0.0/0            0.0.0.0/0           ',
    ]);
  });

  it('or ends a program, or starts it, is recorded too', () => {
    const page = new Page();
    expect(page.type('node1', 'pkill -9 flanneld').status).toBe('changed');
    expect(page.recording.entries.at(-1)).toMatchObject({ kind: 'process', text: 'pkill -9 flanneld' });
    page.said('node1', 'ip route del 10.244.2.0/24');
    expect(page.said('node1', 'ip route show 10.244.2.0/24').lines).toEqual([]);
    page.said('node1', 'systemctl start flanneld');
    expect(page.said('node1', 'ip route show 10.244.2.0/24').lines).toHaveLength(1);
    expect(page.said('node1', 'systemctl start sshd')).toEqual({
      lines: ['Failed to start sshd: Unit sshd.service not found.'],
      failed: true,
    });
  });

  it('says in the words of Linux why it was refused, and that too is recorded', () => {
    const page = new Page();
    expect(page.said('node1', 'ip route add 10.9.0.0/16 via 1.2.3.4')).toEqual({
      lines: ['Error: Nexthop has invalid gateway.'],
      failed: true,
    });
    expect(page.recording.entries.at(-1)).toMatchObject({ kind: 'op', result: 'ENETUNREACH' });
  });

  it('brings the board along when devices are not what they were', () => {
    const page = new Page();
    const changed = page.type('node1', 'ip link set cni0 down');
    expect(changed).toMatchObject({ status: 'changed', said: { lines: [], failed: false } });
    expect(changed).toHaveProperty('board.nodes.0.name', 'node1');
    expect(page.type('node1', 'sysctl -w net.ipv4.ip_forward=0')).not.toHaveProperty('board');
  });

  it('forgets what was planned when it is given in the past', () => {
    const page = new Page();
    const { length } = page.recording.entries;
    page.output('shop/web', `ping -c 1 ${DB}`);
    page.said('node1', 'ip link set flannel.1 down', length);
    expect(page.recording.exchanges).toEqual([]);
    expect(page.recording.entries.slice(length)[0]).toMatchObject({ text: 'ip link set flannel.1 down' });
  });

  it('is spelled out when it is abbreviated', () => {
    const page = new Page();
    page.said('node1', 'ip r d 10.244.2.0/24');
    expect(page.recording.entries.at(-1)).toMatchObject({ text: 'ip route del 10.244.2.0/24', result: 'ok' });
  });

  it('deletes connections and says which', () => {
    const page = new Page();
    page.said('node1', 'iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -d 203.0.113.0/24 -j MASQUERADE');
    page.output('shop/web', `ping -c 1 ${DB}`);
    const { lines } = page.said('node1', 'conntrack -D -p icmp');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^icmp {5}1 \d+ src=10\.244\.1\.\d+ dst=10\.244\.2\.2 type=8 code=0/);
    expect(lines[1]).toBe('conntrack v1.4.7 (conntrack-tools): 1 flow entries have been deleted.');
    expect(page.said('node1', 'conntrack -L -p icmp').lines).toEqual([
      'conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.',
    ]);
  });
});

describe('a command that sends', () => {
  it('prints as the recording goes on: each line knows its place', () => {
    const page = new Page();
    const result = page.type('shop/web', `ping -c 2 ${DB}`);
    const { output, printedAt = [] } = page.exchange(result.status === 'sent' ? result.exchange : -1);
    expect(output).toHaveLength(7);
    expect(printedAt[2]).toBeGreaterThan(printedAt[1] ?? 0);
    expect(printedAt.at(-1)).toBeLessThanOrEqual(page.recording.entries.length);
  });

  it('fetches by name, as curl does, and says why it could not', () => {
    const page = new Page();
    expect(page.output('client', `curl node1:81`)).toEqual([
      "curl: (7) Failed to connect to 192.168.0.11 port 81 after 0 ms: Couldn't connect to server",
    ]);
    expect(page.output('shop/web', `curl http://${DB}:8080/x`)[0]).toMatch(/^\w+ saw 10\.244\.1\.\d+:\d+$/);
  });

  it('follows the way, hop by hop', () => {
    expect(new Page().output('shop/web', `traceroute ${DB}`)).toEqual([
      `traceroute to ${DB} (${DB}), 30 hops max, 60 byte packets`,
      ' 1  10.244.1.1',
      ' 2  10.244.2.0',
      ` 3  ${DB}`,
    ]);
  });

  it('ends at Ctrl-C where the playhead stands, and what it would have sent later is forgotten', () => {
    const page = new Page();
    const result = page.type('shop/web', `ping -c 50 ${DB}`);
    const id = result.status === 'sent' ? result.exchange : -1;
    const at = must(page.exchange(id).printedAt?.[2], 'second answer');
    page.interrupt(id, at);
    const { output } = page.exchange(id);
    expect(output.slice(3, 6)).toEqual(['^C', '', `--- ${DB} ping statistics ---`]);
    expect(output[6]).toMatch(/^2 packets transmitted, 2 received, 0% packet loss/);
  });

  it.each([
    ['ping', 'ping: usage error: Destination address required'],
    ['ping -c x 10.0.0.1', "ping: invalid argument: 'x'"],
    ['ping -t 0 10.0.0.1', 'ping: cannot set unicast time-to-live: Invalid argument'],
    ['ping -M frob 10.0.0.1', 'ping: invalid -M argument: frob'],
    ['ping nosuch', 'ping: nosuch: Temporary failure in name resolution'],
    ['ping -z', "ping: invalid option -- 'z'"],
    ['curl', "curl: try 'curl --help' or 'curl --manual' for more information"],
    ['curl frob://192.168.0.11', 'curl: (1) Protocol "frob" not supported or disabled in libcurl'],
    ['curl nosuchhost.x', 'curl: (6) Could not resolve host: nosuchhost.x'],
    ['tcpdump -i nosuch', 'tcpdump: nosuch: No such device exists'],
    ['tcpdump -i eth0 frob', "tcpdump: can't parse filter expression: syntax error"],
    ['tcpdump -i eth0 host frob', "tcpdump: unknown host 'frob'"],
    ['tcpdump -i eth0 port frob', "tcpdump: unknown port 'frob'"],
  ])('%s is refused in the words of the program', (line, said) => {
    const { lines, failed } = new Page().said('node1', line);
    expect([lines[0], failed]).toEqual([said, true]);
  });
});

describe('tcpdump', () => {
  it('prints what passes its device', () => {
    const page = new Page();
    const listening = page.type('node1', 'tcpdump -i flannel.1 icmp');
    if (listening.status !== 'listening') throw new Error(listening.status);
    expect(listening.head[1]).toBe(
      'listening on flannel.1, link-type EN10MB (Ethernet), snapshot length 262144 bytes',
    );
    const from = page.recording.entries.length;
    page.output('shop/web', `ping -c 1 ${DB}`);
    const { lines, packets } = captured(page.recording, listening.capture, {
      from,
      to: page.recording.entries.length,
    });
    expect(packets).toBe(2);
    expect(lines.map((line) => line.replace(/^[\d:.]+ /, '').replace(/id \d+/, 'id N'))).toEqual([
      `IP 10.244.1.2 > ${DB}: ICMP echo request, id N, seq 1, length 64`,
      `IP ${DB} > 10.244.1.2: ICMP echo reply, id N, seq 1, length 64`,
    ]);
  });
});

describe('Tab', () => {
  it.each([
    ['ip', 'ip'],
    ['trac', 'traceroute'],
    ['ip ro', 'route'],
    ['ip route get 10.244.2.', DB],
    ['ip route show dev fl', 'flannel.1'],
    ['bridge fdb show br c', 'cni0'],
    ['iptables -A FOR', 'FORWARD'],
    ['iptables -t na', 'nat'],
    ['iptables -A FORWARD -j DR', 'DROP'],
    ['iptables -A FORWARD -m connt', 'conntrack'],
    ['iptables -A FORWARD -p tcp --dpo', '--dport'],
    ['sysctl net.ipv4.ip_f', 'net.ipv4.ip_forward'],
    ['tcpdump -i cni', 'cni0'],
    ['ping nod', 'node1'],
  ])('%s could be %s', (text, word) => {
    expect(new Page().complete('node1', text)).toContain(word);
  });

  it('tells where the word begins', () => {
    expect(new Page().engine.handle('complete', { ns: 'node1', text: 'ip -br li' })).toEqual({
      start: 7,
      candidates: ['link'],
    });
  });
});
