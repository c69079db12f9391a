import { describe, expect, it } from 'vitest';
import { printPath } from '../manifest/diagnostic.ts';
import { createReader } from '../manifest/reader.ts';
import { boardText, readBoard } from './board.testing.ts';
import { lintPolicies } from './lint.ts';

const lint = (...specs: readonly string[]) =>
  lintPolicies(readBoard(...specs)).map(({ message, path }) => `${message.id} ${printPath(path)}`);

const SELECT_DB = 'podSelector: { matchLabels: { app: db } }';

describe('what is probably not meant', () => {
  it('is nothing in a policy that does what it says', () => {
    expect(
      lint(
        `{ ${SELECT_DB}, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }`,
      ),
    ).toEqual([]);
  });

  it('are rules of a direction that policyTypes does not list', () => {
    expect(lint(`{ ${SELECT_DB}, policyTypes: [Ingress], egress: [{ to: [{ podSelector: {} }] }] }`)).toEqual(
      ['lint.ignored-rules spec.egress'],
    );
  });

  it('is an empty egress list without policyTypes', () => {
    expect(lint(`{ ${SELECT_DB}, egress: [] }`)).toEqual(['lint.empty-egress spec.egress']);
  });

  it('is a selector that selects nobody, with the label that is spelled nearly so', () => {
    expect(lint('{ podSelector: { matchLabels: { app: bd } } }')).toEqual([
      'lint.selects-nothing.nearest spec.podSelector',
    ]);
    expect(lint('{ podSelector: { matchLabels: { colour: red } } }')).toEqual([
      'lint.selects-nothing spec.podSelector',
    ]);
  });

  it('is the dash that makes two peers of one', () => {
    const or = `{ ${SELECT_DB}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }, { podSelector: { matchLabels: { app: api } } }] }] }`;
    const and = `{ ${SELECT_DB}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: api } } }] }] }`;
    expect([lint(or), lint(and)]).toEqual([['lint.lone-dash spec.ingress[0].from[1]'], []]);
  });

  it('is a namespaceSelector that asks for nothing, unless the pods are narrowed', () => {
    const from = (peer: string) => lint(`{ ${SELECT_DB}, ingress: [{ from: [${peer}] }] }`);
    const whole = ['lint.every-pod spec.ingress[0].from[0].namespaceSelector'];
    expect(from('{ namespaceSelector: {} }')).toEqual(whole);
    expect(from('{ namespaceSelector: {}, podSelector: {} }')).toEqual(whole);
    expect(from('{ namespaceSelector: {}, podSelector: { matchLabels: { app: api } } }')).toEqual([]);
  });

  it('is a warning where it lets through more than was meant: a lone dash, an empty rule, an empty selector', () => {
    const severities = (...specs: readonly string[]) =>
      lintPolicies(readBoard(...specs)).map(({ severity, message: { id } }) => `${severity} ${id}`);
    expect(
      severities(
        `{ ${SELECT_DB}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } } }, { podSelector: { matchLabels: { app: api } } }] }] }`,
        `{ ${SELECT_DB}, ingress: [{}] }`,
        `{ ${SELECT_DB}, ingress: [{ from: [{ namespaceSelector: {} }] }] }`,
      ),
    ).toEqual(['warning lint.lone-dash', 'warning lint.anything', 'warning lint.every-pod']);
  });

  it('is a peer that is nobody, with the label that is spelled nearly so', () => {
    const from = (peer: string) => lint(`{ ${SELECT_DB}, ingress: [{ from: [${peer}] }] }`);
    expect(from('{ podSelector: { matchLabels: { app: ap } } }')).toEqual([
      'lint.peer-nobody.nearest spec.ingress[0].from[0]',
    ]);
    expect(from('{ namespaceSelector: { matchLabels: { team: red } } }')).toEqual([
      'lint.peer-nobody spec.ingress[0].from[0]',
    ]);
    // of another namespace, which a podSelector alone does not look into
    expect(from('{ podSelector: { matchLabels: { app: monitor } } }')).toEqual([
      'lint.peer-nobody spec.ingress[0].from[0]',
    ]);
  });

  it('is a rule that is empty', () => {
    expect(lint(`{ ${SELECT_DB}, ingress: [{}] }`)).toEqual(['lint.anything spec.ingress[0]']);
  });

  it('is a block of ClusterIPs', () => {
    expect(lint(`{ ${SELECT_DB}, ingress: [{ from: [{ ipBlock: { cidr: 10.96.0.10/32 } }] }] }`)).toEqual([
      'lint.cluster-ip spec.ingress[0].from[0].ipBlock.cidr',
    ]);
  });

  it('is a port name that no destination has, which kube-router takes for every port', () => {
    expect(
      lint(`{ ${SELECT_DB}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: gp }] }] }`),
    ).toEqual([
      'lint.port-name.nearest spec.ingress[0].ports[0].port',
      'lint.port-name.kube-router spec.ingress[0].ports[0].port',
    ]);
  });

  it('is egress that does not reach the name servers', () => {
    const egress = 'egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }]';
    expect(lint(`{ podSelector: { matchLabels: { app: web } }, ${egress} }`)).toEqual([
      'lint.no-dns spec.egress',
    ]);
    expect(lint('{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }')).toEqual([]);
  });

  it('stands as a warning at its line', () => {
    const { diagnostics } = createReader().read(boardText(`{ ${SELECT_DB}, egress: [] }`));
    expect(diagnostics).toMatchObject([
      { severity: 'warning', message: { id: 'lint.empty-egress' }, document: 'NetworkPolicy/shop/p0' },
    ]);
  });
});
