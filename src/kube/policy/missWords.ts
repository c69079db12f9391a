/** What is said of a condition that does not hold. */
import { policyMessage, type PolicyMessage } from '../../lib/policyMessages.ts';
import { printCidr, printIpv4 } from '../../wire/address.ts';
import type { Miss } from './match.ts';
import { requirementsOf } from './sentence.ts';

/** Who a condition is about: the other side of the connection, or its destination. */
export interface About {
  readonly other: string;
  readonly namespace: string;
  readonly destination: string;
}

export function missMessage(miss: Miss, { other, namespace, destination }: About): PolicyMessage {
  switch (miss.miss) {
    case 'label': {
      const { whose, key, has } = miss;
      const of = whose === 'pod' ? other : namespace;
      const wanted = requirement(miss);
      return has === undefined
        ? policyMessage('miss.label.none', { whose, of, wanted, key })
        : policyMessage('miss.label', { whose, of, wanted, has: `${key}=${has}` });
    }
    case 'namespace':
      return policyMessage('miss.namespace', { wanted: miss.wanted, is: miss.is });
    case 'no-pod':
      return policyMessage('miss.no-pod', { who: other });
    case 'no-address':
      return policyMessage('miss.no-address', { who: other });
    case 'cidr':
    case 'except':
      return policyMessage(`miss.${miss.miss}`, { cidr: printCidr(miss.cidr), ip: printIpv4(miss.ip) });
    case 'ipv6':
      return policyMessage('miss.ipv6', { text: miss.text });
    case 'protocol':
      return policyMessage('miss.protocol', { wanted: miss.wanted, is: miss.is });
    case 'port': {
      const { first, last, is } = miss;
      return policyMessage('miss.port', { wanted: first === last ? String(first) : `${first}-${last}`, is });
    }
    case 'port-name': {
      const { name, numbers, is } = miss;
      const who = destination;
      return numbers.length === 0
        ? policyMessage('miss.port-name', { name, who, is })
        : policyMessage('miss.port-name.other', { name, who, numbers: numbers.join(', '), is });
    }
  }
}

function requirement({ key, operator, values }: Extract<Miss, { readonly miss: 'label' }>): string {
  const selector =
    operator === 'Equals'
      ? { matchLabels: { [key]: values[0] ?? '' }, matchExpressions: [] }
      : { matchLabels: {}, matchExpressions: [{ key, operator, values }] };
  return requirementsOf(selector).join();
}
