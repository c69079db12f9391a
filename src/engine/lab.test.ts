import { expect, it } from 'vitest';
import { generateDump } from '../scenario/generate.ts';
import { defaultScenario } from '../scenario/gallery.ts';
import { Engine } from './engine.ts';

function opened(text: string): Engine {
  const engine = new Engine();
  expect(engine.handle('open', { text, revision: 1 }).status).toBe('committed');
  return engine;
}

it('writes the board as a script, with what was typed in its order, and says what to try', () => {
  const engine = opened(defaultScenario.text);
  engine.handle('command', { ns: 'node1', line: 'ip link set flannel.1 down' });
  engine.handle('command', { ns: 'node2', line: 'ip route' });
  engine.handle('command', { ns: 'node1', line: 'iptables -A FORWARD -d 10.244.2.3 -j DROP' });
  const lab = engine.handle('lab', {});
  if (lab.status === 'refused') throw new Error(lab.message.id);
  expect(lab).toMatchObject({ typed: 2, node: 'node1', pod: expect.stringMatching(/^shop\//) as unknown });
  expect(lab.name).toMatch(/^lab-[a-z0-9-]+\.sh$/);
  const lines = lab.script.split('\n');
  const down = lines.indexOf('  n node1  ip link set flannel.1 down');
  expect(down).toBeGreaterThan(0);
  expect(lines.slice(down).filter((line) => line.startsWith('  n node1 '))[1]).toMatch(
    /iptables .*-A FORWARD -d 10\.244\.2\.3(\/32)? -j DROP$/,
  );
});

it('refuses a board that no single machine would carry', () => {
  const text = generateDump({ nodes: 60, pods: 60, seed: 1, style: 'stream', managedFields: false });
  expect(opened(text).handle('lab', {})).toEqual({
    status: 'refused',
    message: { id: 'lab.too-large', params: { nodes: 60, most: 50 } },
  });
});
