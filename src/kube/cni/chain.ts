/** Names of the chains that CNI plugins make for one pod. @see containernetworking/plugins pkg/utils/utils.go FormatChainName */
import { sha512 } from '../../lib/sha512.ts';

/** iptables takes names of 28 characters. */
const LONGEST = 28;

/** The prefix and as much of the hash of network name and container id as fits. */
export function chainOf(prefix: string, nameAndId: string): string {
  return `${prefix}${sha512(nameAndId)}`.slice(0, LONGEST);
}
