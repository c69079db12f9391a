/** Of a packet that a rule of the policy controller refused: the same answer as for a cell of the matrix. */
import { useEffect, useMemo } from 'react';
import type { Board } from '../../engine/protocol.ts';
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { Recording, Seq } from '../../trace/types.ts';
import { isStep } from '../../trace/types.ts';
import { usePolicyT } from '../i18n/usePolicyT.ts';
import { useBoard } from '../page.ts';
import type { Asked } from '../../store/slices/policy.ts';
import { WhyPolicy } from './WhyPolicy.tsx';
import css from './MatrixTab.module.css';

export function PolicyDrop({ seq }: { readonly seq: Seq }) {
  const t = usePolicyT();
  const recording = useBoard((state) => state.recording);
  const board = useBoard((state) => state.board);
  const refused = useBoard((state) => state.refused);
  const askRefused = useBoard((state) => state.askRefused);
  const asked = useMemo(() => board && askedOf(recording, seq, board), [recording, seq, board]);
  useEffect(() => {
    if (asked) askRefused(asked);
  }, [asked, askRefused]);
  if (!asked || refused?.from !== asked.from || refused.to !== asked.to || refused.port !== asked.port)
    return null;
  return (
    <>
      <p className={css['note']}>{refused.answer?.allowed === true ? t.why.otherwise : t.why.policyDrop}</p>
      <WhyPolicy asked={refused} isPart />
    </>
  );
}

/** The connection of the packet that was dropped, as policies see it there: with the addresses it had then. */
function askedOf({ entries, frames }: Recording, seq: Seq, board: Board): Asked | undefined {
  const entry = entries[seq];
  const frame = entry && isStep(entry) ? frames[entry.frame] : undefined;
  if (frame?.payload.kind !== 'ipv4') return undefined;
  const { src, dst, payload } = frame.payload;
  if (payload.kind !== 'tcp' && payload.kind !== 'udp') return undefined;
  const [from, to] = [endpointOf(board, src), endpointOf(board, dst)];
  if (from === undefined || to === undefined) return undefined;
  return { from, to, protocol: payload.kind === 'tcp' ? 'TCP' : 'UDP', port: payload.dport };
}

/** Who has an address: a pod, a node (also by its tunnel's address), a client. */
function endpointOf(board: Board, address: Ipv4): string | undefined {
  const ip = printIpv4(address);
  for (const node of board.nodes) {
    const pod = node.pods.find((one) => one.ip === ip);
    if (pod) return `pod/${pod.namespace}/${pod.name}`;
    const isOwn = node.devices.some(({ addresses }) => addresses.some((own) => own.split('/')[0] === ip));
    if (node.ip === ip || isOwn) return `node/${node.name}`;
  }
  const client = board.clients.find((one) => one.ip === ip);
  return client && `client/${client.name}`;
}
