/** `-s -d -i -o -p -f`: what struct ipt_ip holds, from and to text. @see iptables 1.8.9 xshared.c */
import { OptionError } from './options.ts';
import { protocolName } from './protocol.ts';
import type { RuleHeader } from './rule.ts';
import { not, printMaskedAddress } from './values.ts';

/** As iptables-save prints it: addresses, devices, protocol, fragment. */
export function printHeader({ source, destination, in: iif, out, protocol, fragment }: RuleHeader): string {
  const words: string[] = [];
  if (source) words.push(`${not(source.invert)}-s ${printMaskedAddress(source)}`);
  if (destination) words.push(`${not(destination.invert)}-d ${printMaskedAddress(destination)}`);
  if (iif) words.push(`${not(iif.invert)}-i ${iif.name}`);
  if (out) words.push(`${not(out.invert)}-o ${out.name}`);
  if (protocol) words.push(`${not(protocol.invert)}-p ${protocolName(protocol.number)}`);
  if (fragment) words.push(`${not(fragment.invert)}-f`);
  return words.join(' ');
}

/** The name behind `-i` or `-o`; throws when it is too long. */
export function parseInterface(name: string): string {
  if (name.length > 15) {
    throw new OptionError(`interface name \`${name}' must be shorter than IFNAMSIZ (15)`);
  }
  return name;
}
