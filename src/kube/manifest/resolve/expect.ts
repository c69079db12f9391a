/** `spec.expect`: packets, and what shall come of them. */
import { message } from '../../../lib/message.ts';
import type { BoardManifest } from '../boardDocument.ts';
import type { Expectation } from '../../cluster.ts';
import type { Findings } from './findings.ts';
import type { Single } from './network.ts';

/** `SVC=ENDPOINT` */
const PICK = /^[^=]+=[^=]+$/;

/**
 * The expectations in their order. Without a protocol it is TCP where a port is named and a ping where none is. Whether the
 * ends exist is found out when the packet is sent: a pod that has no network is something to expect, too.
 */
export function resolveExpect(
  { value, document }: Single<BoardManifest>,
  findings: Findings,
): readonly Expectation[] {
  return (value.spec?.expect ?? []).map(({ from, to, result, ...given }, i): Expectation => {
    const size = given.size ?? undefined;
    const protocol = given.protocol ?? (size === undefined && /:\d+$/.test(to) ? 'tcp' : 'icmp');
    if (size !== undefined && protocol !== 'icmp') {
      const path = ['spec', 'expect', i, 'size'];
      findings.add('error', document, path, message('cluster.expect-size', { protocol }));
    }
    const sport = given.sport ?? undefined;
    if (protocol === 'icmp')
      for (const field of ['sport', 'pick'] as const)
        if ((given[field] ?? undefined) !== undefined)
          findings.add(
            'error',
            document,
            ['spec', 'expect', i, field],
            message('cluster.expect-no-port', { field }),
          );
    const pick = given.pick ?? [];
    pick.forEach((choice, at) => {
      if (!PICK.test(choice))
        findings.add(
          'error',
          document,
          ['spec', 'expect', i, 'pick', at],
          message('send.bad-pick', { pick: choice }),
        );
    });
    return {
      from,
      to,
      protocol,
      result,
      via: given.via ?? [],
      ...(size === undefined ? {} : { size }),
      ...(sport === undefined ? {} : { sport }),
      ...(pick.length === 0 ? {} : { pick }),
    };
  });
}
