/** `sysctl -w KEY=VALUE`, for the keys that the path reads. */
import { update, withEntry } from '../netns.ts';
import { refuse, type OpContext, type OpResult } from './types.ts';

const KNOWN =
  /^net\.(ipv4\.(ip_forward|ip_default_ttl|icmp_ratelimit|icmp_ratemask|tcp_syn_retries|tcp_synack_retries|conf\.[^ ]+\.(rp_filter|accept_local|route_localnet|forwarding|send_redirects|accept_redirects))|ipv4\.neigh\.[^ ]+\.retrans_time_ms|bridge\.bridge-nf-call-iptables)$/;

export function setSysctl(c: OpContext, key: string, value: string): OpResult | undefined {
  if (!KNOWN.test(key)) {
    return refuse(
      'ENOENT',
      `sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory`,
    );
  }
  if (!/^-?\d+$/.test(value)) return refuse('EINVAL', `sysctl: setting key "${key}": Invalid argument`);
  const old = c.ns.state.sysctl.get(key);
  // writing ip_forward does more than that
  if (old === value && key !== 'net.ipv4.ip_forward') return undefined;
  let table = withEntry(c.ns.state.sysctl, key, value);
  if (key === 'net.ipv4.ip_forward') {
    // inet_forward_change: writing ip_forward overwrites the flag of every device
    table = new Map([...table].filter(([k]) => !/^net\.ipv4\.conf\..*\.forwarding$/.test(k)));
    // and a router listens to no redirects
    if (old !== value)
      table = withEntry(table, 'net.ipv4.conf.all.accept_redirects', value === '0' ? '1' : '0');
  }
  update(c.ns, { sysctl: table });
  if (old !== value)
    c.change({ table: 'sysctl', op: old === undefined ? 'add' : 'change', line: () => `${key} = ${value}` });
  return undefined;
}
