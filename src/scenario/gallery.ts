/** The boards that come with the page, in the order of the gallery. Their titles are words: `view/i18n`, by id. */
import threeNodes from './gallery/three-nodes.yaml?raw';
import twoNodes from './gallery/two-nodes.yaml?raw';

export type GalleryId = 'two-nodes' | 'three-nodes';

export interface GalleryEntry {
  readonly id: GalleryId;
  /** Kubernetes YAML, and a Board document where Kubernetes has no object for something */
  readonly text: string;
}

/** The first one is what a first visit shows. */
export const gallery: readonly GalleryEntry[] = [
  { id: 'two-nodes', text: twoNodes },
  { id: 'three-nodes', text: threeNodes },
];
