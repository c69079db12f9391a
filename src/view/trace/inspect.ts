/** The headers and bytes of a step, in the shape the panels draw. Pure. */
import { emitFrame } from '../../wire/codec.ts';
import { diffLayers, layersOf, type Field, type Layer, type LayerDiff } from '../../wire/layers.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Recording, Step } from '../../trace/types.ts';

export interface FieldRow {
  /** the same for a field and its bytes; fields that are gone have no bytes and no key */
  readonly key: string | undefined;
  readonly name: string;
  readonly value: string;
  /** what it was, when it is not that any more */
  readonly was?: string;
}

export interface LayerRow {
  readonly key: string;
  readonly layer: Layer;
  readonly change: LayerDiff['change'];
  readonly fields: readonly FieldRow[];
}

export interface ByteRun {
  readonly key: string;
  readonly layer: Layer['kind'];
  readonly title: string;
  readonly from: number;
  readonly bytes: Uint8Array;
}

export interface InspectedFrame {
  readonly length: number;
  readonly runs: readonly ByteRun[];
  /** for each byte what it was one hop before: undefined for a byte that was not there; absent when there is nothing to compare with */
  readonly was: readonly (number | undefined)[] | undefined;
}

/** How long a frame is, as tools say it: what an MTU counts, and what stands before that. */
export interface Size {
  /** of the outer Ethernet header; 0 when there is none yet */
  readonly ethernet: number;
  /** what comes behind it */
  readonly counted: { readonly kind: Layer['kind']; readonly length: number };
}

export interface Inspected {
  readonly diffs: readonly LayerRow[];
  /** undefined for what a program has just made */
  readonly sizeIn: Size | undefined;
  readonly sizeOut: Size;
  readonly frame: InspectedFrame;
}

/**
 * A step against `previous`, the step of the same packet that was told before: between two beats there may be steps that
 * are not told (the TTL going down), and their changes must not get lost. Undefined when the recording has no such frame,
 * which `validate` excludes.
 */
export function inspect(
  step: Step,
  previous: Step | undefined,
  { frames }: Pick<Recording, 'frames'>,
): Inspected | undefined {
  const after = frames[step.frame];
  if (after === undefined) return undefined;
  // What a program makes is new, also when it makes it in answer to another packet.
  const index = step.kind === 'originate' ? undefined : (previous?.frame ?? step.before);
  const before = index === undefined ? undefined : frames[index];
  const diffs =
    before === undefined
      ? layersOf(after).map((layer): LayerDiff => ({ change: 'same', layer, fields: [] }))
      : diffLayers(before, after);
  return {
    diffs: diffs.map(layerRow),
    sizeIn: before && sizeOf(before),
    sizeOut: sizeOf(after),
    frame: inspectFrame(after, before),
  };
}

function sizeOf(frame: Frame): Size {
  const [outer, behind] = layersOf(frame);
  const length = emitFrame(frame).length;
  if (outer?.kind !== 'ethernet') return { ethernet: 0, counted: { kind: outer?.kind ?? 'data', length } };
  const ethernet = behind?.from ?? length;
  return { ethernet, counted: { kind: behind?.kind ?? 'data', length: length - ethernet } };
}

const fieldKey = (field: Field): string => `${field.from}-${field.to}`;

function layerRow({ change, layer, fields: changes }: LayerDiff): LayerRow {
  const isThere = change !== 'removed';
  const fields = layer.fields.map((field): FieldRow => {
    const changed = changes.find(({ name, after }) => name === field.name && after === field.value);
    return {
      key: isThere ? fieldKey(field) : undefined,
      name: field.name,
      value: field.value,
      ...(changed === undefined ? {} : { was: changed.before ?? '—' }),
    };
  });
  const gone = changes.flatMap(({ name, before, after }): readonly FieldRow[] =>
    after === undefined ? [{ key: undefined, name, value: '—', was: before ?? '' }] : [],
  );
  return {
    key: `${change} ${layer.depth} ${layer.kind} ${layer.from}`,
    layer,
    change,
    fields: [...fields, ...gone],
  };
}

/**
 * The bytes of `before` under those of `after`. Headers come and go in front, so both are laid with their ends together:
 * what a tunnel wrapped stands under itself.
 */
export function alignBytes(before: Uint8Array, after: Uint8Array): readonly (number | undefined)[] {
  const shift = before.length - after.length;
  return Array.from(after, (_, i) => before[i + shift]);
}

/** The bytes as text, sixteen a line: what text2pcap and Wireshark's "Import from Hex Dump" read. */
export function dumpText({ runs }: Pick<InspectedFrame, 'runs'>): string {
  const bytes = runs.flatMap((run) => [...run.bytes]);
  const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
    const line = bytes.slice(i * 16, (i + 1) * 16).map((byte) => byte.toString(16).padStart(2, '0'));
    return `${(i * 16).toString(16).padStart(4, '0')}  ${line.join(' ')}`;
  });
  return `${lines.join('\n')}\n`;
}

function inspectFrame(frame: Frame, before: Frame | undefined): InspectedFrame {
  const bytes = emitFrame(frame);
  const runs = layersOf(frame).flatMap((layer) =>
    layer.fields.map((field): ByteRun => ({
      key: fieldKey(field),
      layer: layer.kind,
      title: `${layer.kind} ${field.name}: ${field.value}`,
      from: field.from,
      bytes: bytes.subarray(field.from, field.to),
    })),
  );
  const was = before === undefined ? undefined : alignBytes(emitFrame(before), bytes);
  return { length: bytes.length, runs, was };
}
