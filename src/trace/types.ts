/** The recording's types for those who read it: page and readers import them from here, not from the kernel. */
import type { Event, Step } from '../kernel/recorder.ts';

export type {
  Disposition,
  DropReason,
  Errno,
  Event,
  ExchangeRecord,
  FrameIndex,
  Hook,
  Hop,
  HopCause,
  HopIndex,
  IfName,
  NetNsId,
  PktType,
  Recording,
  RouteResult,
  Row,
  Seq,
  SimTime,
  Step,
  StepKind,
  TableChange,
  TableName,
} from '../kernel/recorder.ts';
export type { ObjectRef, Origin } from '../kernel/origin.ts';

/** True for a step, false for an event. */
export function isStep(entry: Step | Event): entry is Step {
  return 'hop' in entry;
}
