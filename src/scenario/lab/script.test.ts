import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { createReader } from '../../kube/manifest/reader.ts';
import { gallery } from '../gallery.ts';
import { planLab } from './plan.ts';
import { labScript, quoted } from './script.ts';

function planOf(id: string, typed: readonly string[] = []) {
  const text = must(
    gallery.find((entry) => entry.id === id),
    id,
  ).text;
  const cluster = must(createReader().read(text).cluster, id);
  const ops = typed.map((command) => {
    const op = parseOp(command);
    if (!op.ok) throw new Error(op.error);
    return { ns: 'node1' as NetNsId, op: op.value };
  });
  return planLab(cluster, { typed: ops }).plan;
}

describe('the script of a lab', () => {
  it.each(gallery.map(({ id }) => id))(
    '%s: every command of the board stands in it, unmodified and in order',
    (id) => {
      const plan = planOf(id);
      const script = labScript(plan);
      let at = 0;
      for (const { text } of plan.commands) {
        const [written = ''] = text.split(' # ');
        const command = written.replace(/^ip netns add /, 'netns ').replace(/^ip netns del /, 'netns_del ');
        at = script.indexOf(command, at);
        expect(at, command).toBeGreaterThan(0);
      }
      expect(script).not.toMatch(/@[A-Z]+@/);
    },
  );

  it('expects the refusal of a route that Linux refuses, with its words', () => {
    expect(labScript(planOf('three-nodes-host-gw'))).toContain(
      "refused node1 'Error: Nexthop has invalid gateway.'  ip route add 10.244.3.0/24 via 192.168.1.13 dev eth0",
    );
  });

  it('keeps what somebody typed, rules as a here document', () => {
    const rules = "iptables-restore <<'EOF'\n*filter\n-A FORWARD -j DROP\nCOMMIT\nEOF";
    const script = labScript(planOf('two-nodes', ['ip link set flannel.1 down', rules]));
    expect(script).toContain('n node1  ip link set flannel.1 down');
    expect(script).toContain(`n node1  ${rules}`);
    expect(script).toContain('need iptables-restore iptables');
  });

  it('has nobody who heals what somebody deleted: there is no flanneld in a lab', () => {
    const { commands } = planOf('two-nodes', ['ip link del flannel.1']);
    expect(commands.at(-1)?.text).toBe('ip link del flannel.1');
  });

  it('makes and takes away the sandbox of a pod whose network failed, where it happened', () => {
    const script = labScript(planOf('ipam-leak'));
    const lives = script.split('\n').filter((line) => /^ {2}netns(_del)? shop\/mail$/.test(line));
    const [made, gone] = ['  netns shop/mail', '  netns_del shop/mail'];
    expect(lives).toEqual([made, gone, made, gone]);
    expect(script).toMatch(/list\) printf '%s\\n' (?!.*shop\/mail).* ;;/);
  });

  it('quotes what bash would read as more than a word', () => {
    expect(quoted('shop/web')).toBe('shop/web');
    expect(quoted("$(rm -rf ~); it's")).toBe("'$(rm -rf ~); it'\\''s'");
  });
});
