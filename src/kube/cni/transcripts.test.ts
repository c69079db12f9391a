/** Our plugins against the transcripts of the real ones: every program run, its stdin, its stdout, the store, the tables. */
import { describe, expect, it } from 'vitest';
import type { NetNsId } from '../../kernel/recorder.ts';
import { comparable, haveTranscripts, Machine, storeIn, Transcripts } from './transcripts.testing.ts';

const VERSIONS = [
  ['v1.9.1', '1.9.1'],
  ['debian-1.1.1', '1.1.1'],
] as const;

const id = (n: number): string => String(n).padStart(64, '0');

describe.skipIf(!haveTranscripts).each(VERSIONS)(
  'the plugins of %s (../shared/data/flannel/cni)',
  (folder, version) => {
    const real = haveTranscripts ? new Transcripts(folder) : undefined;

    const replay = (machine: Machine, ...names: readonly string[]): number => {
      let count = 0;
      for (const name of names) {
        for (const block of real?.blocks(name) ?? []) {
          if (block.env.command === 'CHECK') continue;
          expect(comparable(machine.again(block)), `${name} ${block.env.command}`).toEqual(
            comparable(block.calls),
          );
          count++;
        }
      }
      return count;
    };

    it('run each other with the same JSON, and print the same', () => {
      const machine = new Machine(version);
      expect(
        replay(machine, '01-version.txt', '02-add-pod1.txt', '03-add-pod2.txt', '04-duplicate-add.txt'),
      ).toBe(8);
      expect(machine.store()).toEqual(storeIn(real?.text('04-duplicate-add.txt') ?? ''));
    });

    it('leave the routes and addresses of the transcript, on the node and in the pod', () => {
      const machine = new Machine(version);
      replay(machine, '02-add-pod1.txt');
      const text = real?.text('02-add-pod1.txt') ?? '';
      const [, pod = ''] = text.split('##### in the pod');
      const ns = '/var/run/netns/pod1' as NetNsId;
      for (const route of machine.routes(ns)) expect(pod).toContain(route);
      expect(machine.routes(ns)).toHaveLength(3);
      expect(machine.routes()).toEqual(['10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1']);
      expect(text).toContain(machine.routes()[0]);
      expect(machine.addresses(ns).join()).toContain('10.244.1.2/24 brd 10.244.1.255');
      expect(machine.node.state.sysctl.get('net.ipv4.ip_forward')).toBe('1');
      const veth = [...machine.node.state.devices.values()].find(({ kind }) => kind === 'veth');
      expect(veth).toMatchObject({ master: 'cni0', hairpin: true, mtu: 1450, up: true });
    });

    it('take a pod away, once and once more', () => {
      const machine = new Machine(version);
      replay(machine, '02-add-pod1.txt', '03-add-pod2.txt');
      expect(replay(machine, '06-del-pod2.txt')).toBe(2);
      expect(machine.store()).toEqual(storeIn(real?.text('06-del-pod2.txt') ?? ''));
      expect(machine.routes('/var/run/netns/pod2' as NetNsId)).toEqual([]);
    });

    it('go round the range in the order of the transcript', () => {
      const machine = new Machine(version);
      const last = '/var/lib/cni/networks/cbr0/last_reserved_ip.0';
      const steps = (real?.text('07-allocation-order.txt') ?? '').split('\n\n')[0]?.split('\n') ?? [];
      const said = steps.map((line) => {
        const [, what = '', expected = ''] = /^(.+?)\s{2,}(.*)$/.exec(line) ?? [];
        const set = /set to (\S+)\)/.exec(what)?.[1];
        if (set !== undefined) {
          machine.files.write(last, set);
          return line;
        }
        if (what.startsWith('(')) {
          machine.files.remove(last);
          return line;
        }
        const [command, pod = ''] = what.split(' ');
        if (what.includes('netns gone')) machine.deleteNetns(`/var/run/netns/${pod}`);
        const answer = machine.flannel(command === 'ADD' ? 'ADD' : 'DEL', pod, id(Number(pod.slice(3))));
        expect(answer, line).toBe(expected);
        return line;
      });
      expect(said).toHaveLength(14);
    });

    it('take a requested address, or say why not, and walk on when the wrong one was given', () => {
      const machine = new Machine(version);
      expect(replay(machine, '09-requested-ip.txt')).toBe(6);
      // .2.9, .255 and .0 each cost an address: .51, .52, .53
      const store = version === '1.9.1' ? storeIn(real?.text('09-requested-ip.txt') ?? '') : [];
      expect(machine.store()).toEqual(store);
    });

    it.each([
      ['10-exhaustion-slash30.txt', '10.244.1.1/30'],
      ['10-exhaustion-slash29.txt', '10.244.1.1/29'],
    ])('use a small range up: %s', (name, subnet) => {
      const machine = new Machine(version);
      machine.subnetEnv(subnet);
      const lines = (real?.text(name) ?? '').split('\n').filter((line) => /^(ADD|DEL) /.test(line));
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) {
        const [, command, pod = '', expected = ''] = /^(\S+) (\S+) (?:-> (?:ERR )?)?(.*)$/.exec(line) ?? [];
        const answer = machine.flannel(command === 'ADD' ? 'ADD' : 'DEL', pod, id(Number(pod.slice(1))));
        expect(answer, line).toBe(expected);
      }
    });

    it('refuse a range that is too small', () => {
      const machine = new Machine(version);
      machine.subnetEnv('10.244.1.1/31');
      expect(replay(machine, '10-exhaustion-slash31.txt')).toBe(1);
    });

    it('meet a cni0 of another subnet: the address is given back, the veth stays until DEL, the pointer has moved', () => {
      const machine = new Machine(version);
      machine.flannel('ADD', 'd1', real?.idOf('8b53639f152c') ?? '');
      machine.subnetEnv('10.244.7.1/24');
      const [failed, del, healed] = real?.blocks('11-cni0-different-address.txt') ?? [];
      if (!failed || !del || !healed) throw new Error('three blocks');
      expect(comparable(machine.again(failed))).toEqual(comparable(failed.calls));
      expect(machine.store()).toEqual(
        storeIn(real?.text('11-cni0-different-address.txt').split('# DEL of')[0] ?? ''),
      );
      const ports = (): number =>
        [...machine.node.state.devices.values()].filter(({ master }) => master === 'cni0').length;
      expect(ports()).toBe(2);
      expect(comparable(machine.again(del))).toEqual(comparable(del.calls));
      expect(ports()).toBe(1);
      machine.run('ip link del cni0');
      expect(comparable(machine.again(healed))).toEqual(comparable(healed.calls));
    });

    it('say what is wrong with their configuration', () => {
      const machine = new Machine(version);
      const text = real?.text('12-errors.txt') ?? '';
      const sections = text.split(/^### /m).slice(1);
      const blocks = real?.blocks('12-errors.txt') ?? [];
      // one section has no JSON on stdin
      expect(blocks.length).toBeGreaterThanOrEqual(11);
      const env = '/run/flannel/subnet.env';
      const whole = machine.files.read(env) ?? '';
      const told: string[] = [];
      machine.run('ip link add cni0 type bridge');
      for (const block of blocks) {
        const [last] = block.calls.slice(-1);
        const section =
          sections.find((each) => last !== undefined && last.body !== '' && each.includes(last.body)) ?? '';
        const title = section.split('\n')[0] ?? '';
        if (title === 'subnet.env missing') machine.files.remove(env);
        else if (title === 'subnet.env incomplete')
          machine.files.write(env, 'FLANNEL_NETWORK=10.244.0.0/16\n');
        else machine.files.write(env, whole);
        if (title === 'no delegate') continue;
        if (block.calls.at(-1)?.what.endsWith('rc=0') === true) continue;
        expect(comparable(machine.again(block)), title).toEqual(comparable(block.calls));
        told.push(title);
      }
      expect(told.length).toBeGreaterThanOrEqual(9);
    });

    it('refuse a cni0 that is no bridge', () => {
      const machine = new Machine(version);
      machine.run('ip tuntap add dev cni0 mode tun');
      expect(replay(machine, '13-cni0-is-not-a-bridge.txt')).toBe(1);
    });

    it('masquerade by the bridge plugin when flanneld does not, and clean up', () => {
      const machine = new Machine(version);
      machine.subnetEnv('10.244.1.1/24', false);
      expect(replay(machine, '14-ipmasq-by-bridge.txt')).toBe(2);
      const wanted = (real?.text('14-ipmasq-by-bridge.txt').split('# after DEL')[0] ?? '')
        .split('\n')
        .filter((line) => line.startsWith('-A') && line.includes('CNI-'));
      expect(wanted).toHaveLength(3);
      const again = new Machine(version);
      again.subnetEnv('10.244.1.1/24', false);
      const [add] = real?.blocks('14-ipmasq-by-bridge.txt') ?? [];
      if (!add) throw new Error('one block');
      again.again(add);
      expect(again.rules()).toEqual(wanted);
      expect(machine.rules()).toEqual([]);
    });
  },
);
