/**
 * A trace: the tree of hops of one exchange, and the laws that every recording obeys. `validate` runs in every test that
 * makes a trace: an impossible journey must not exist to be drawn.
 */
import { emitFrame } from '../wire/codec.ts';
import type { Frame, Packet } from '../wire/frame.ts';
import { isStep, type Hop, type HopIndex, type Recording, type Step } from './types.ts';

/** The steps of a recording by hop, in order. */
export function stepsByHop(recording: Recording): ReadonlyMap<HopIndex, readonly Step[]> {
  const result = new Map<HopIndex, Step[]>();
  for (const entry of recording.entries) {
    if (!isStep(entry)) continue;
    const steps = result.get(entry.hop);
    if (steps) steps.push(entry);
    else result.set(entry.hop, [entry]);
  }
  return result;
}

const FAN_OUT = new Set<Step['kind']>(['flood', 'fragment']);
/** kept, not ended: it goes on when an answer or the other pieces come */
const WAITING = new Set<Step['kind']>(['queue', 'reassemble']);
const ENDS = new Set<Step['kind']>(['tx', 'deliver', 'drop', 'process']);

function packetOf(frame: Frame | undefined): Packet | undefined {
  return frame?.payload.kind === 'ipv4' ? frame.payload : undefined;
}

/** Everything that is wrong with a recording, as sentences; empty when it obeys the laws. */
export function validate(recording: Recording): readonly string[] {
  const problems: string[] = [];
  let at = 0;
  recording.entries.forEach((entry, i) => {
    if (entry.seq !== i) problems.push(`entry ${i} has seq ${entry.seq}`);
    if (entry.at < at) problems.push(`time goes back at ${i}`);
    at = entry.at;
  });
  for (const [index, steps] of stepsByHop(recording)) {
    const hop = recording.hops[index];
    if (hop) problems.push(...validateHop(recording, index, hop, steps));
    else problems.push(`hop ${index} is not in the list`);
  }
  return problems;
}

function validateHop(
  recording: Recording,
  index: HopIndex,
  hop: Hop,
  steps: readonly Step[],
): readonly string[] {
  const problems: string[] = [];
  const say = (text: string): void => {
    problems.push(`hop ${index} in ${hop.ns}: ${text}`);
  };
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return problems;
  if (hop.parent >= index) say(`parent ${hop.parent} is not older`);
  if (steps.some((step) => step.ns !== hop.ns)) say('a step is in another namespace');
  const begins =
    first.kind === 'rx' || first.kind === 'originate' || hop.cause === 'fan-out' || isRefusedAtTheDoor(first);
  if (!begins) say(`begins with ${first.kind}`);
  const ended = steps.some((step) => ENDS.has(step.kind) || FAN_OUT.has(step.kind));
  if (!ended && !WAITING.has(last.kind)) say(`ends with ${last.kind}`);
  validateHeaders(recording, steps, say);
  return problems;
}

/** A frame that a device which is down, gone or too small never took in. */
function isRefusedAtTheDoor(step: Step): boolean {
  return step.kind === 'drop';
}

/** One TTL for every forwarding decision and none otherwise; encapsulation and decapsulation keep the packet inside. */
function validateHeaders(recording: Recording, steps: readonly Step[], say: (text: string) => void): void {
  let before: Frame | undefined;
  for (const step of steps) {
    const frame = recording.frames[step.frame];
    if (!frame) {
      say(`frame ${step.frame} is not in the list`);
      return;
    }
    const earlier = step.before === undefined ? undefined : recording.frames[step.before];
    if (step.before === undefined && before !== undefined && frame !== before)
      say(`frame changes without a word at ${step.seq}`);
    const from = packetOf(earlier);
    const to = packetOf(frame);
    if (step.kind === 'ttl' && from && to && to.ttl !== from.ttl - 1) say(`TTL ${from.ttl} became ${to.ttl}`);
    if (step.kind === 'neigh' && from && to && from.ttl !== to.ttl) say('the neighbour changed the TTL');
    if (step.kind === 'encap' && !same(innerOf(frame), earlier)) say('encapsulation changed the inner frame');
    if (step.kind === 'decap' && (!earlier || !same(innerOf(earlier), frame)))
      say('decapsulation changed the inner frame');
    before = frame;
  }
}

/** The same headers and bytes; a recording that came over the worker boundary has equal frames, not identical ones. */
function same(a: Frame | undefined, b: Frame | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  const [x, y] = [emitFrame(a), emitFrame(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}

function innerOf(frame: Frame): Frame | undefined {
  const segment = packetOf(frame)?.payload;
  return segment?.kind === 'udp' && segment.payload.kind === 'vxlan' ? segment.payload.inner : undefined;
}
