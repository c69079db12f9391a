/** What the real flanneld v0.28.9 left behind (../shared/data/flannel), where the machine has it, and the board like it. */
import { existsSync, readFileSync } from 'node:fs';
import { cidr, ipv4, mac, type Mac } from '../../../wire/address.ts';
import type { IfName } from '../../../kernel/recorder.ts';
import type { BackendType, FlannelConfig } from '../../cluster.ts';
import type { Lease } from '../lease.ts';
import { SEEDED_NAMING, type Naming } from '../../naming.ts';
import { podNs } from '../../ids.ts';
import { Rig, rigCluster, type RigOptions } from './rig.testing.ts';

const FOLDER = new URL('../../../../../shared/data/flannel/', import.meta.url);

export const haveCaptures = existsSync(FOLDER);

/** The text of a captured file; undefined where there is none. */
export function captured(path: string): string | undefined {
  const file = new URL(path, FOLDER);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Its lines, without the blanks at their ends that iproute2 leaves. */
export function capturedLines(path: string): readonly string[] {
  return (captured(path) ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trimEnd()]));
}

export const BACKENDS = ['udp', 'vxlan', 'vxlan-directrouting', 'host-gw'] as const;
export const FOLDERS = BACKENDS.flatMap((name) => [name, `${name}-across`]);
export const NODES = ['node-a', 'node-b', 'node-c'] as const;

export function configOf(folder: string): Partial<FlannelConfig> {
  const name = folder.replace('-across', '');
  const backend: BackendType = name === 'udp' || name === 'host-gw' ? name : 'vxlan';
  return {
    backend,
    manager: 'etcd',
    subnets: { subnetMin: ipv4('10.244.0.0') },
    ...(name === 'vxlan-directrouting' ? { directRouting: true } : {}),
  };
}

/** The leases as etcd held them. */
function leasesIn(folder: string): readonly Lease[] {
  const lines = capturedLines(`flannel/${folder}/etcd.txt`);
  return lines.flatMap((line, i): readonly Lease[] => {
    const subnet = /\/subnets\/(\d+\.\d+\.\d+\.\d+)-(\d+)$/.exec(line);
    const value = lines[i + 1] ?? '';
    const address = /"PublicIP":"([^"]+)"/.exec(value)?.[1];
    if (subnet === null || address === undefined) return [];
    const vtep = /"VtepMAC":"([^"]+)"/.exec(value)?.[1];
    return [
      {
        node: `node-${'abc'.charAt(Number(address.split('.')[3]) - 10)}`,
        subnet: cidr(`${subnet[1] ?? ''}/${subnet[2] ?? ''}`),
        publicIP: ipv4(address),
        backendType: configOf(folder).backend ?? 'vxlan',
        ...(vtep === undefined ? {} : { vni: 1, vtepMac: mac(vtep) }),
        revision: 0,
      },
    ];
  });
}

/** Where the tables with pods stand. */
export function withPods(folder: string, node: string): string {
  return folder.endsWith('-across') ? `flannel/${folder}/${node}` : `flannel/${folder}/${node}/with-pods`;
}

/**
 * All that the real run drew by lot: names of veth halves, MACs of bridges, veth halves and VTEPs. The board gets them from the
 * capture, so that everything else can be compared as it stands.
 */
function byChance(
  folder: string,
  across: boolean,
): { readonly naming: Naming; readonly pods: ReadonlySet<string> } {
  const bridges = new Map<string, Mac>();
  const veths = new Map<string, { readonly name: IfName; readonly mac: Mac }>();
  for (const node of NODES) {
    const text = captured(`${withPods(folder, node)}/ip-d-link.txt`) ?? '';
    for (const [, name = '', address = '', rest = ''] of text.matchAll(
      /^\d+: ([^:@]+)[^\n]*\n\s+link\/ether ([0-9a-f:]+)([^\n]*)/gm,
    )) {
      const pod = /link-netns (pod\w+)/.exec(rest)?.[1];
      if (name === 'cni0') bridges.set(node, mac(address));
      if (name.startsWith('veth') && pod !== undefined)
        veths.set(`lab/${pod}`, { name: name as IfName, mac: mac(address) });
    }
  }
  const cards: Readonly<Record<string, string>> = {
    'node-a': '52:54:00:00:01:0a',
    'node-b': '52:54:00:00:01:0b',
    'node-c': across ? '52:54:00:00:02:0c' : '52:54:00:00:01:0c',
  };
  const naming: Naming = {
    ...SEEDED_NAMING,
    mac: (what, owner) => {
      const card = what === 'eth0' ? cards[owner] : undefined;
      const drawn =
        what === 'cni0'
          ? bridges.get(owner)
          : what === 'veth'
            ? veths.get(owner)?.mac
            : card === undefined
              ? undefined
              : mac(card);
      return drawn ?? SEEDED_NAMING.mac(what, owner);
    },
    veth: (pod) => veths.get(pod)?.name ?? SEEDED_NAMING.veth(pod),
  };
  return { naming, pods: new Set(veths.keys()) };
}

/** A board like the one that was captured. */
export function rigLike(folder: string, options: { readonly pods?: boolean } = {}): Rig {
  const across = folder.endsWith('-across');
  const leases = leasesIn(folder);
  const vteps = Object.fromEntries(
    leases.flatMap(({ node, vtepMac }) => (vtepMac === undefined ? [] : [[node, vtepMac]])),
  );
  const { naming, pods } = byChance(folder, across);
  const rig: RigOptions = { flannel: configOf(folder), across, vteps, naming };
  const there = rigCluster(rig).pods.filter((pod) => pods.has(podNs(pod)));
  return new Rig({ ...rig, with: { leases, pods: options.pods === false ? [] : there } });
}
