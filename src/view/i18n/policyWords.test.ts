import { describe, expect, it } from 'vitest';
import type { PolicyMessageId, PolicyMessageParams } from '../../lib/policyMessages.ts';
import type { Language } from '../../store/settings.ts';
import { policySentencesIn, policyWords, sayPolicy } from './usePolicyT.ts';

/** Each value unlike any other, so that a sentence that leaves one out is found. */
const samples: { readonly [K in PolicyMessageId]: PolicyMessageParams[K] } = {
  'miss.label': { whose: 'pod', of: 'of-1', wanted: 'wanted-2', has: 'has-3' },
  'miss.label.none': { whose: 'namespace', of: 'of-4', wanted: 'wanted-5', key: 'key-6' },
  'miss.namespace': { wanted: 'wanted-7', is: 'is-8' },
  'miss.no-pod': { who: 'who-9' },
  'miss.no-address': { who: 'who-10' },
  'miss.cidr': { cidr: 'cidr-11', ip: 'ip-12' },
  'miss.except': { cidr: 'cidr-13', ip: 'ip-14' },
  'miss.ipv6': { text: 'text-15' },
  'miss.protocol': { wanted: 'wanted-16', is: 'is-17' },
  'miss.port': { wanted: 'wanted-18', is: 1019 },
  'miss.port-name': { name: 'name-20', who: 'who-21', is: 1022 },
  'miss.port-name.other': { name: 'name-23', who: 'who-24', numbers: 'numbers-25', is: 1026 },
  'miss.self': { who: 'who-27' },
  'side.open': { who: 'who-28', direction: 'ingress' },
  'side.no-pod': { who: 'who-29' },
  'side.admitted': { who: 'who-30', direction: 'egress', policy: 'policy-31' },
  'side.denied': { who: 'who-32', direction: 'ingress', policies: ['policy-33', 'policy-34'] },
  'side.denied.no-rules': { who: 'who-35', direction: 'egress', policies: ['policy-36'] },
  'exempt.loopback': { who: 'who-37' },
  'exempt.own-node': { pod: 'pod-38', node: 'node-39' },
  'edit.add-port': { policy: 'policy-40', rule: 'rule-41', port: 'port-42' },
  'edit.add-peer': { policy: 'policy-43', rule: 'rule-44', peer: 'peer-45' },
  'edit.add-rule': { policy: 'policy-46', direction: 'ingress', peer: 'peer-47', port: 'port-48' },
  'edit.label-pod': { pod: 'pod-49', label: 'label-50' },
  'edit.label-namespace': { namespace: 'namespace-51', label: 'label-52' },
  'policy.selects': { pods: 'pods-53', namespace: 'namespace-54' },
  'policy.isolates': { directions: ['ingress', 'egress'] },
  'policy.rule': {
    direction: 'ingress',
    peers: [
      { kind: 'pods', pods: ['pods-55'], namespaces: ['namespaces-56'], namespace: 'unused' },
      { kind: 'pods', pods: ['pods-57'], namespace: 'namespace-58' },
      { kind: 'block', cidr: 'cidr-59', except: ['except-60'] },
    ],
    ports: ['ports-61'],
  },
  'policy.no-rules': { direction: 'egress' },
  'policy.ignored': { direction: 'egress' },
};

/** Texts and numbers that stand in the parameters, but for words that are chosen by. */
function valuesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return /-\d+$/.test(value) ? [value] : [];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(valuesIn);
}

function sayIn<K extends PolicyMessageId>(language: Language, id: K): string {
  return sayPolicy(policySentencesIn[language], { id, params: samples[id] });
}

describe.each(['en', 'zh-CN'] as const)('the sentences about policies in %s', (language) => {
  const said = (id: PolicyMessageId): string => sayIn(language, id);
  const ids = Object.keys(samples) as PolicyMessageId[];

  it('show every parameter', () => {
    const missing = ids.flatMap((id) =>
      valuesIn(samples[id]).flatMap((value) => (said(id).includes(value) ? [] : [`${id}: ${value}`])),
    );
    expect(missing).toEqual([]);
  });

  it('are there for every id, and none is empty', () => {
    expect(Object.keys(policySentencesIn[language]).toSorted()).toEqual(ids.toSorted());
    expect(ids.filter((id) => said(id).trim() === '')).toEqual([]);
  });
});

it('the Chinese sentences are Chinese', () => {
  const ids = Object.keys(samples) as PolicyMessageId[];
  const plain = ids.filter((id) => !/[\u4e00-\u9fff]/.test(sayIn('zh-CN', id)));
  expect(plain).toEqual([]);
  expect(JSON.stringify(policyWords['zh-CN'].verdicts)).toMatch(/[\u4e00-\u9fff]/);
});

it('why a pod is refused is said in Chinese as an engineer would', () => {
  const say = policySentencesIn['zh-CN'];
  expect(
    say['side.denied']({ who: 'pod/shop/db', direction: 'ingress', policies: ['shop/a', 'shop/b'] }),
  ).toBe('shop/db 的入向（ingress）被 shop/a、shop/b 隔离，它们没有一条规则放行这个连接。');
  expect(say['miss.label']({ whose: 'namespace', of: 'bob', wanted: 'user=alice', has: 'user=bob' })).toBe(
    '命名空间 bob 的标签是 user=bob，不是 user=alice',
  );
});
