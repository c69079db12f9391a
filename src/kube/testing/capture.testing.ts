/**
 * Reading the captures of the real kernel, and our own recording in the same words. What is left out on both sides is what the
 * kernel chooses by chance or by a hash with a key of its own: IP and echo ids, checksums, the VXLAN source port.
 */
import { readFileSync } from 'node:fs';
import { tapLines } from '../../trace/text.ts';
import type { Recording } from '../../trace/types.ts';
import { labNs } from './lab.testing.ts';

/** `DEV in|out FRAME`, one a line. */
export type Tap = string;

function normalised(text: string): string {
  return (
    text
      .replace(/ id=\d+/g, '')
      .replace(/ csum=0x[0-9a-f]+/g, '')
      .replace(/ flags=0x[0-9a-f]+/g, '')
      .replace(/ plen=\d+/g, '')
      .replace(/UDP \d+>8472/g, 'UDP *>8472')
      .replace(/TCP \d+>/g, 'TCP *>')
      // a quote of eight bytes: the lab's printer wants a whole TCP header before it names ports
      .replace(/ \| TCP \*>\d+\)/g, ')')
      .trim()
  );
}

export interface Capture {
  /** every frame seen in a namespace, in order */
  taps(ns: string): readonly Tap[];
  /** `reason` of every kfree_skb, in order, without the noise of sockets being closed */
  readonly drops: readonly string[];
  /** what the client printed */
  readonly output: readonly string[];
  /** the file, line by line */
  readonly raw: readonly string[];
}

const FRAME_LINE = /^ *[\d.]+us (\S+) +(\S+) +(in|out) +\S+ +(.*)$/;

/** unicast ARP probes of entries that had been in use before, and IGMP: not about the packet under test */
const NOISE = /224\.0\.0\.22|^[0-9a-f:]{17}>(?!ff:ff)[0-9a-f:]{17} \| ARP who-has/;

/** A capture of `facts/kernel.md`, from the files beside this one. `noise` keeps unicast ARP probes. */
export function readCapture(name: string): Capture {
  const text = readFileSync(new URL(`./captures/${name}.txt`, import.meta.url), 'utf8');
  const [frames = '', ...rest] = text.split(/^--- cmd rc \d+\n/m);
  const taps = new Map<string, Tap[]>();
  const drops: string[] = [];
  for (const line of frames.split('\n')) {
    const reason = /kfree_skb .*reason: (\S+)/.exec(line)?.[1];
    if (reason !== undefined) drops.push(reason);
    const match = FRAME_LINE.exec(line);
    if (!match || match[1] === '-') continue;
    const [, ns = '', dev = '', dir = '', frame = ''] = match;
    if (NOISE.test(frame)) continue;
    taps.set(ns, [...(taps.get(ns) ?? []), normalised(`${dev} ${dir} ${frame}`)]);
  }
  return {
    taps: (ns) => taps.get(ns) ?? [],
    drops: drops.filter((reason) => reason !== 'QUEUE_PURGE'),
    output: rest.join('').split('\n'),
    raw: text.split('\n'),
  };
}

/** Our own recording of a namespace of the lab, in the same words. */
export function ourTaps(recording: Recording, ns: string): readonly Tap[] {
  return tapLines(recording, labNs(ns)).map(({ dev, dir, text }) => normalised(`${dev} ${dir} ${text}`));
}
