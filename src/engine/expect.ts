/** The expectations of the Board document, each tried on a branch of its own: the board stays as it is. */
import type { Cluster, Expectation } from '../kube/cluster.ts';
import type { Recording } from '../kernel/recorder.ts';
import { isStep } from '../trace/types.ts';
import { whyOf } from '../trace/why.ts';
import { sendAside } from './aside.ts';
import { injectionOf } from './injection.ts';
import type { BoardExpectation, ExpectationResult, SendRequest } from './protocol.ts';
import type { Run } from './run.ts';

/** The packet that an expectation is about; a connection is opened and reset, as the command line's probe does. */
export function requestOf({ from, to, protocol, size, sport, pick }: BoardExpectation): SendRequest {
  const given = {
    ...(size === undefined ? {} : { size }),
    ...(sport === undefined ? {} : { sport }),
    ...(pick === undefined ? {} : { pick }),
  };
  return { from, to, protocol, ...given, ...(protocol === 'tcp' ? { probe: true } : {}) };
}

/** Sends what is expected at this moment of the run and compares. Each from the same moment: none sees another's ARP. */
export function checkExpectations(
  run: Run,
  { atSeq, most = Infinity }: { readonly atSeq: number; readonly most?: number },
): readonly ExpectationResult[] {
  const { cluster } = run.world;
  return cluster.expect.slice(0, most).map((expected) => check(run, cluster, expected, atSeq));
}

function check(run: Run, cluster: Cluster, expected: Expectation, atSeq: number): ExpectationResult {
  const request = requestOf(expected);
  const injection = injectionOf(cluster, request);
  if ('id' in injection) return { ...expected, request, holds: false, refusal: injection };
  const sent = sendAside(run, { atSeq, injection }, (world, { exchange }) =>
    judged({ ...expected, request }, world.recorder.recording(), exchange),
  );
  return 'message' in sent ? { ...expected, request, holds: false, refusal: sent.message } : sent.value;
}

function judged(
  expected: Expectation & { readonly request: SendRequest },
  recording: Recording,
  exchange: number,
): ExpectationResult {
  const ended = recording.exchanges[exchange]?.result;
  const crossed = new Set(
    recording.entries.flatMap((entry) => {
      if (!isStep(entry) || recording.hops[entry.hop]?.exchange !== exchange) return [];
      return entry.kind === 'rx' || entry.kind === 'tx' ? [`${entry.ns}/${entry.dev}`] : [];
    }),
  );
  const missed = expected.via.filter((device) => !crossed.has(device));
  const why = whyOf(recording, exchange);
  return {
    ...expected,
    holds: ended === expected.result && missed.length === 0,
    missed,
    ...(ended === undefined ? {} : { ended }),
    ...(why === undefined ? {} : { why: { sentence: why.sentence, reason: why.reason, where: why.where } }),
  };
}
