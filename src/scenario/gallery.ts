/** The boards that come with the page, in the order of the gallery. Their titles are words: `view/i18n`, by id. */
import cni from './gallery/cnm/cni.yaml?raw';
import cnm from './gallery/cnm/cnm.yaml?raw';
import cnmFlannel from './gallery/cnm/cnm-flannel.yaml?raw';
import dnat from './gallery/dnat.yaml?raw';
import dropReject from './gallery/drop-reject.yaml?raw';
import masquerade from './gallery/masquerade.yaml?raw';
import threeNodes from './gallery/three-nodes.yaml?raw';
import twoNodes from './gallery/two-nodes.yaml?raw';
import { breakIt, type BreakItId } from './breakIt.ts';
import { withBackend, withBoard, withoutPodIps } from './derive.ts';
import { policyBoards, type PolicyBoardId } from './policyBoards.ts';
import { serviceBoards, type ServiceBoardId } from './serviceBoards.ts';

export type GalleryId =
  | 'two-nodes'
  | 'two-nodes-host-gw'
  | 'two-nodes-udp'
  | 'three-nodes'
  | 'three-nodes-host-gw'
  | 'masquerade'
  | 'dnat'
  | 'drop-reject'
  | ServiceBoardId
  | PolicyBoardId
  | 'cnm'
  | 'cnm-flannel'
  | 'cni'
  | BreakItId;

export type GalleryGroup = 'backends' | 'cnm' | 'nat' | 'services' | 'policy' | 'break';

export interface GalleryEntry {
  readonly id: GalleryId;
  readonly group: GalleryGroup;
  /** Kubernetes YAML, and a Board document where Kubernetes has no object for something */
  readonly text: string;
}

/** web and cart on node1, api and db on node2; api is published on node2. */
const containers = withoutPodIps(twoNodes, { api: 30080 });

export const gallery: readonly GalleryEntry[] = [
  { id: 'two-nodes', group: 'backends', text: twoNodes },
  { id: 'two-nodes-host-gw', group: 'backends', text: withBackend(twoNodes, 'host-gw') },
  { id: 'two-nodes-udp', group: 'backends', text: withBackend(twoNodes, '""') },
  { id: 'three-nodes', group: 'backends', text: threeNodes },
  { id: 'three-nodes-host-gw', group: 'backends', text: withBackend(threeNodes, 'host-gw') },
  { id: 'cnm', group: 'cnm', text: withBoard(containers, cnm) },
  { id: 'cnm-flannel', group: 'cnm', text: withBoard(containers, cnmFlannel) },
  { id: 'cni', group: 'cnm', text: withBoard(twoNodes, cni) },
  { id: 'masquerade', group: 'nat', text: withBoard(twoNodes, masquerade) },
  { id: 'dnat', group: 'nat', text: withBoard(twoNodes, dnat) },
  { id: 'drop-reject', group: 'nat', text: withBoard(twoNodes, dropReject) },
  ...serviceBoards.map(({ id, text }): GalleryEntry => ({ id, group: 'services', text })),
  ...policyBoards.map(({ id, text }): GalleryEntry => ({ id, group: 'policy', text })),
  ...breakIt.map(({ id, text }): GalleryEntry => ({ id, group: 'break', text })),
];

/** What a first visit shows. */
export const defaultScenario: GalleryEntry = { id: 'two-nodes', group: 'backends', text: twoNodes };
