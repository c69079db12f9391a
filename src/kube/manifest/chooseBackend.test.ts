import { expect, test } from 'vitest';
import { gallery } from '../../scenario/gallery.ts';
import { must } from '../../lib/assert.ts';
import { chooseBackend } from './chooseBackend.ts';
import { createReader } from './reader.ts';

const API = 'apiVersion: flannelboard.dev/v1\nkind: Board\n';
const NODE = 'apiVersion: v1\nkind: Node\nmetadata: { name: n }\n';

test('a text without a Board document gets one in front, and the rest stays byte for byte', () => {
  expect(chooseBackend(NODE, 'udp')).toBe(`${API}spec:\n  flannel: { backend: udp }\n---\n${NODE}`);
  expect(chooseBackend(`---\n${NODE}`, 'udp')).toBe(`${API}spec:\n  flannel: { backend: udp }\n---\n${NODE}`);
});

test.each([
  [
    'a value that is there is replaced, its comment stays',
    'spec:\n  flannel:\n    backend: vxlan # as at work\n',
    'spec:\n  flannel:\n    backend: udp # as at work\n',
  ],
  [
    'in flow style; quotes stay',
    'spec: { flannel: { backend: "vxlan" }, router: { name: r } }\n',
    'spec: { flannel: { backend: "udp" }, router: { name: r } }\n',
  ],
  [
    'a mapping without the key gets it first',
    'spec:\n  # how\n  flannel:\n      manager: kube\n',
    'spec:\n  # how\n  flannel:\n      backend: udp\n      manager: kube\n',
  ],
  ['an empty mapping', 'spec: { flannel: {} }\n', 'spec: { flannel: { backend: udp} }\n'],
  [
    'a spec without flannel',
    'spec:\n  router: { name: r }\n',
    'spec:\n  flannel: { backend: udp }\n  router: { name: r }\n',
  ],
  [
    'a spec of nothing',
    'spec:\nmetadata: { name: b }\n',
    'spec: { flannel: { backend: udp } }\nmetadata: { name: b }\n',
  ],
])('%s', (_, before, after) => {
  const rest = `\n---\n${NODE}`;
  expect(chooseBackend(API + before.trimEnd() + rest, 'udp')).toBe(API + after.trimEnd() + rest);
});

test('a Board without spec gets one', () => {
  expect(chooseBackend(`${NODE}---\n${API}`, 'host-gw')).toBe(
    `${NODE}---\nspec: { flannel: { backend: host-gw } }\n${API}`,
  );
});

test('a Board that cannot be written into is left alone', () => {
  expect(chooseBackend(`${API}spec: [1]\n`, 'udp')).toBeUndefined();
});

test.each(gallery)(
  '$id: each choice makes a board with that backend, and choosing twice is choosing once',
  ({ text }) => {
    for (const backend of ['udp', 'vxlan', 'host-gw'] as const) {
      const chosen = must(chooseBackend(text, backend), 'no patch');
      expect(createReader().read(chosen).cluster?.flannel.backend).toBe(backend);
      expect(chooseBackend(chosen, backend)).toBe(chosen);
    }
  },
);
