/** The boards that come with the page, in the order of the gallery. Their titles are words: `view/i18n`, by id. */
import dnat from './gallery/dnat.yaml?raw';
import dropReject from './gallery/drop-reject.yaml?raw';
import masquerade from './gallery/masquerade.yaml?raw';
import threeNodes from './gallery/three-nodes.yaml?raw';
import twoNodes from './gallery/two-nodes.yaml?raw';

export type GalleryId =
  | 'two-nodes'
  | 'two-nodes-host-gw'
  | 'two-nodes-udp'
  | 'three-nodes'
  | 'three-nodes-host-gw'
  | 'masquerade'
  | 'dnat'
  | 'drop-reject';

export interface GalleryEntry {
  readonly id: GalleryId;
  /** Kubernetes YAML, and a Board document where Kubernetes has no object for something */
  readonly text: string;
}

const ANNOTATION = 'flannel.alpha.coreos.com';

/** The same cluster as flanneld annotates it with another backend: the type (empty for udp), and no VTEP. */
function withBackend(text: string, type: 'host-gw' | '""'): string {
  return text
    .replaceAll(`${ANNOTATION}/backend-type: vxlan`, `${ANNOTATION}/backend-type: ${type}`)
    .replaceAll(
      /(\n +# the MAC of [^\n]*)?(\n +)flannel\.alpha\.coreos\.com\/backend-data: [^\n]*/g,
      `$2${ANNOTATION}/backend-data: "null"`,
    );
}

/** A cluster with a Board document before it. */
function withBoard(text: string, board: string): string {
  return `${board.trimEnd()}\n---\n${text}`;
}

export const gallery: readonly GalleryEntry[] = [
  { id: 'two-nodes', text: twoNodes },
  { id: 'two-nodes-host-gw', text: withBackend(twoNodes, 'host-gw') },
  { id: 'two-nodes-udp', text: withBackend(twoNodes, '""') },
  { id: 'three-nodes', text: threeNodes },
  { id: 'three-nodes-host-gw', text: withBackend(threeNodes, 'host-gw') },
  { id: 'masquerade', text: withBoard(twoNodes, masquerade) },
  { id: 'dnat', text: withBoard(twoNodes, dnat) },
  { id: 'drop-reject', text: withBoard(twoNodes, dropReject) },
];

/** What a first visit shows. */
export const defaultScenario: GalleryEntry = { id: 'two-nodes', text: twoNodes };
