/** Upstream's packet flows, each through the rules that we write for the same objects. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../wire/address.ts';
import { packet, syn } from '../../wire/frame.testing.ts';
import type { Packet } from '../../wire/frame.ts';
import { trace } from './tracer.testing.ts';
import { configSchema, mapOf, nodeOf, objectsSchema, readData, SyncedNode } from './upstream.testing.ts';

const flowSchema = v.object({
  name: v.string(),
  sourceIP: v.string(),
  destIP: v.string(),
  destPort: v.number(),
  protocol: v.picklist(['TCP', 'UDP', 'SCTP']),
  expected: v.string(),
  masq: v.boolean(),
});
type Flow = v.InferOutput<typeof flowSchema>;

const schema = v.object({
  tests: v.array(
    v.pipe(
      v.looseObject({ id: v.string(), proxier: v.string() }),
      v.transform((test) =>
        test.proxier === 'iptables'
          ? v.parse(
              v.object({
                id: v.string(),
                config: configSchema,
                steps: v.array(
                  v.object({ name: v.string(), ...objectsSchema.entries, flows: v.array(flowSchema) }),
                ),
              }),
              test,
            )
          : undefined,
      ),
    ),
  ),
});

const tests = (readData('flows.json', schema)?.tests ?? []).flatMap((test) => test ?? []);
const supported = tests.filter(({ config }) => config.ipFamily === 'IPv4');

const NUMBER = { TCP: 6, UDP: 17, SCTP: 132 } as const;

function packetOf({ sourceIP, destIP, destPort, protocol }: Flow): Packet {
  const addresses = { src: ipv4(sourceIP), dst: ipv4(destIP), protocol: NUMBER[protocol] };
  if (protocol === 'TCP') return packet({ ...syn, dport: destPort }, addresses);
  if (protocol === 'UDP')
    return packet(
      {
        kind: 'udp',
        sport: 40000,
        dport: destPort,
        checksum: 'computed',
        payload: { kind: 'bytes', bytes: new Uint8Array() },
      },
      addresses,
    );
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint16(2, destPort);
  return packet({ kind: 'bytes', bytes }, addresses);
}

describe.skipIf(tests.length === 0)("upstream's flows (skipped where ../shared is not there)", () => {
  it('231 of the 246 are IPv4; the other 15, of three tests, are not supported', () => {
    const count = (list: typeof tests): number =>
      list.flatMap(({ steps }) => steps.flatMap(({ flows }) => flows)).length;
    expect([count(tests), count(supported)]).toEqual([246, 231]);
    expect(tests.filter((test) => !supported.includes(test)).map(({ id }) => id)).toEqual([
      'iptables/TestNodePorts/ipv6, localhost-nodeports enabled',
      'iptables/TestNodePorts/ipv6, localhost-nodeports disabled',
      'iptables/TestNodePorts/ipv6, localhost-nodeports disabled, multiple nodeport-addresses',
    ]);
  });

  describe.each(supported)('$id', ({ config, steps }) => {
    const node = new SyncedNode(nodeOf(config));
    it.each(steps)('$name', (step) => {
      node.sync(mapOf(step), false);
      for (const flow of step.flows) {
        const { outputs, masq } = trace(node.ns, packetOf(flow));
        expect({ is: outputs.join(', '), masq }, flow.name).toEqual({ is: flow.expected, masq: flow.masq });
      }
    });
  });
});
