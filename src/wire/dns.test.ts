import { describe, expect, it } from 'vitest';
import { nextInRange, createRandom, type Random } from '../lib/random.ts';
import { ipv4, type Ipv4 } from './address.ts';
import { emitDns, isDnsName, parseDns, printDns, type DnsMessage, type DnsRecord } from './dns.ts';

const QUERY: DnsMessage = {
  id: 0x1234,
  response: false,
  authoritative: false,
  recursionDesired: true,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question: { name: 'web.shop.svc.cluster.local', type: 'A' },
  answers: [],
  authorities: [],
};
const ANSWER: DnsMessage = {
  ...QUERY,
  response: true,
  authoritative: true,
  answers: [{ name: QUERY.question.name, ttl: 30, type: 'A', ip: ipv4('10.96.3.4') }],
};
const SOA: DnsRecord = {
  name: 'cluster.local',
  ttl: 30,
  type: 'SOA',
  mname: 'ns.dns.cluster.local',
  rname: 'hostmaster.cluster.local',
  numbers: { serial: 1, refresh: 7200, retry: 1800, expire: 86400, minimum: 30 },
};

function word(random: Random): string {
  const length = nextInRange(random, 1, 12);
  return Array.from({ length }, () => String.fromCharCode(nextInRange(random, 97, 122))).join('');
}

function name(random: Random): string {
  return Array.from({ length: nextInRange(random, 1, 5) }, () => word(random)).join('.');
}

function record(random: Random, asked: string): DnsRecord {
  const owner = {
    name: nextInRange(random, 0, 1) === 0 ? asked : name(random),
    ttl: nextInRange(random, 0, 86400),
  };
  switch (nextInRange(random, 0, 3)) {
    case 0:
      return { ...owner, type: 'A', ip: nextInRange(random, 0, 0x7fffffff) as Ipv4 };
    case 1:
      return { ...owner, type: 'CNAME', target: name(random) };
    case 2:
      return {
        ...owner,
        type: 'SRV',
        priority: nextInRange(random, 0, 9),
        weight: nextInRange(random, 0, 100),
        port: nextInRange(random, 0, 65535),
        target: name(random),
      };
    default:
      return { ...SOA, ...owner };
  }
}

function some(random: Random): DnsMessage {
  const asked = name(random);
  const records = (): readonly DnsRecord[] =>
    Array.from({ length: nextInRange(random, 0, 3) }, () => record(random, asked));
  return {
    ...QUERY,
    id: nextInRange(random, 0, 65535),
    response: nextInRange(random, 0, 1) === 1,
    recursionAvailable: nextInRange(random, 0, 1) === 1,
    rcode: nextInRange(random, 0, 1) === 1 ? 'NXDOMAIN' : 'NOERROR',
    question: { name: asked, type: 'A' },
    answers: records(),
    authorities: records(),
  };
}

describe('a DNS message', () => {
  it('is the same after it was written and read, whatever is in it', () => {
    const random = createRandom(5);
    for (let i = 0; i < 300; i++) {
      const message = some(random);
      expect(parseDns(emitDns(message))).toEqual({ ok: true, value: message });
    }
  });

  it('is refused with a reason wherever it is cut off', () => {
    const bytes = emitDns({ ...ANSWER, authorities: [SOA] });
    for (let length = 0; length < bytes.length; length++) {
      const parsed = parseDns(bytes.subarray(0, length));
      expect(parsed.ok ? '' : parsed.error.reason).toMatch(/^dns .*cut off/);
    }
  });

  it('points to the question where a record is about what was asked', () => {
    // 12 of the header, 32 of the question, and 16 of an answer with a pointer of two
    expect(emitDns(ANSWER)).toHaveLength(12 + 32 + 16);
  });

  it('is refused when a name points at itself', () => {
    const bytes = emitDns(QUERY);
    bytes[12] = 0xc0;
    bytes[13] = 12;
    expect(parseDns(bytes)).toMatchObject({ ok: false, error: { reason: 'dns name points in a circle' } });
  });

  it('is printed as tcpdump prints it', () => {
    expect(printDns(QUERY, 44)).toBe('4660+ A? web.shop.svc.cluster.local. (44)');
    expect(printDns(ANSWER, 60)).toBe('4660*- 1/0/0 A 10.96.3.4 (60)');
    expect(printDns({ ...ANSWER, rcode: 'NXDOMAIN', answers: [], authorities: [SOA] }, 120)).toBe(
      '4660 NXDomain*- 0/1/0 (120)',
    );
  });
});

describe('a DNS name', () => {
  it.each([
    ['web.shop', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    [Array.from({ length: 64 }, () => 'abc').join('.'), false],
    ['web..shop', false],
    ['', false],
    ['web shop', false],
  ])('%j can be asked for: %s', (text, fits) => {
    expect(isDnsName(text)).toBe(fits);
  });
});
