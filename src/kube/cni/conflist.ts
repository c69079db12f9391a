/**
 * `/etc/cni/net.d/10-flannel.conflist`, which the init container install-cni of flannel's DaemonSet writes before flanneld runs;
 * without a file there the runtime knows no plugin. @see flannel Documentation/kube-flannel.yml (facts/dataplane.md 1.6)
 */
import type { JsonObject } from './plugin.ts';

export const CONFLIST = '/etc/cni/net.d/10-flannel.conflist';

/** What its first plugin gets, with the name and version of the list. */
export const FLANNEL_CONF: JsonObject = {
  name: 'cbr0',
  cniVersion: '0.3.1',
  type: 'flannel',
  delegate: { hairpinMode: true, isDefaultGateway: true },
};

const { name, cniVersion, ...flannel } = FLANNEL_CONF;

export const CONFLIST_TEXT = `${JSON.stringify(
  { name, cniVersion, plugins: [flannel, { type: 'portmap', capabilities: { portMappings: true } }] },
  null,
  2,
)}\n`;
