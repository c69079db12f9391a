/** A beat in words. */
import { explain } from '../../trace/explain.ts';
import type { Beat } from '../../trace/timeline.ts';
import { isStep, type Event, type Recording, type Step } from '../../trace/types.ts';
import type { Dictionary } from '../i18n/dictionary.ts';
import { say } from '../i18n/useT.ts';

export type Entry = Step | Event;

/** The entry that a beat shows; of a fold, its first. */
export function entryOf(beat: Beat | undefined, recording: Recording): Entry | undefined {
  return beat === undefined ? undefined : recording.entries[beat.seq];
}

export function tellEntry(entry: Entry, recording: Recording, t: Dictionary): string {
  return isStep(entry) ? say(t, explain(entry, recording)) : `${entry.ns}: ${entry.text}`;
}

export function tellBeat(beat: Beat, recording: Recording, t: Dictionary): string {
  if (beat.kind === 'fold') return t.ui.timeline.folded(beat.seqs.length, tellFold(beat, t));
  const entry = entryOf(beat, recording);
  return entry === undefined ? '' : tellEntry(entry, recording, t);
}

/** The kernel's own name for what happened, and the function that did it: `IP_INNOROUTES @ ip_error`. */
export function kernelName(entry: Entry | undefined): string | undefined {
  return entry?.kind === 'drop' ? `${entry.reason} @ ${entry.where}` : undefined;
}

/** The same of a beat; a fold has none. */
export function nameOf(beat: Beat | undefined, recording: Recording): string | undefined {
  return beat?.kind === 'fold' ? undefined : kernelName(entryOf(beat, recording));
}

export function tellFold(beat: Beat, t: Dictionary): string {
  return beat.reason === undefined ? '' : t.fold[beat.reason];
}
