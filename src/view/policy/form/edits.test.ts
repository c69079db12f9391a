import { describe, expect, it } from 'vitest';
import {
  addRule,
  appended,
  canJoin,
  chooseType,
  joinPeers,
  portIn,
  removed,
  splitPeers,
  typesOf,
} from './edits.ts';

const client = { podSelector: { matchLabels: { role: 'client' } } };
const alice = { namespaceSelector: { matchLabels: { user: 'alice' } } };
const office = { ipBlock: { cidr: '10.0.0.0/8' } };

describe('what the form does to a policy', () => {
  it('both selectors of an item become two items, and are one again', () => {
    const both = { ...alice, ...client };
    expect(splitPeers([office, both], 1)).toEqual([office, alice, client]);
    expect(joinPeers([office, alice, client], 1)).toEqual([office, both]);
  });

  it('only one selector of each kind can be joined', () => {
    expect([canJoin(alice, client), canJoin(client, alice)]).toEqual([true, true]);
    expect([
      canJoin(client, client),
      canJoin(alice, office),
      canJoin({ ...alice, ...client }, client),
    ]).toEqual([false, false, false]);
    expect(canJoin(alice, undefined)).toBe(false);
  });

  it('a first item makes the list, and the last one takes it along', () => {
    expect(appended('spec.ingress', 0, 1)).toEqual({ path: 'spec.ingress', value: [1] });
    expect(appended('spec.ingress', 2, 1)).toEqual({ path: 'spec.ingress[2]', value: 1 });
    expect(removed('spec.ingress', 1, 0)).toEqual({ path: 'spec.ingress', value: undefined });
    expect(removed('spec.ingress', 3, 1)).toEqual({ path: 'spec.ingress[1]', value: undefined });
  });

  it('a new rule admits pods of the own namespace, not everybody', () => {
    expect(addRule({}, 'egress')).toEqual({ path: 'spec.egress', value: [{ to: [{ podSelector: {} }] }] });
  });

  it('types that are not written are what the API server makes of them, until one is chosen', () => {
    expect(typesOf({})).toEqual({ ingress: true, egress: false });
    expect(typesOf({ egress: [{}] })).toEqual({ ingress: true, egress: true });
    expect(chooseType({ egress: [{}] }, 'ingress', false)).toEqual({
      path: 'spec.policyTypes',
      value: ['Egress'],
    });
  });

  it('a port is a number, a name, or every one', () => {
    expect(['80', ' http ', ''].map(portIn)).toEqual([80, 'http', undefined]);
  });
});
