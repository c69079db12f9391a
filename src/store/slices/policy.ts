/** NetworkPolicies: the matrix, the cell that is asked about, and what the policy under the cursor says. What it does comes later (policyActions.ts). */
import type {
  ClusterWords,
  CompareResult,
  Edit,
  Json,
  MatrixAnswer,
  ObjectRef,
  PolicyAtAnswer,
  WhyAnswer,
} from '../../engine/protocol.ts';
import type { TextFile } from './cluster.ts';
import type { Deps, Slice } from '../state.ts';

export interface PortQuestion {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

/** A connection that is asked about; ends as on the command line. */
export interface Asked extends PortQuestion {
  readonly from: string;
  readonly to: string;
}

/** Where a dash comes or goes. */
export interface DashEdit {
  /** the fields of which the one that stands later in the text gets or loses it */
  readonly refs: readonly ObjectRef[];
  readonly change: (text: string, offset: number) => string | undefined;
  /** what is written where no dash can be: the field, and its value */
  readonly otherwise: { readonly ref: ObjectRef; readonly value: Json };
}

export interface PolicySlice {
  readonly matrix: MatrixAnswer | undefined;
  /** undefined: the first that a rule names */
  readonly matrixPort: PortQuestion | undefined;
  /** the cell that was chosen, and what is said of it once that has arrived */
  readonly askedCell: (Asked & { readonly answer?: WhyAnswer }) | undefined;
  /** the same of a packet that a policy kept out */
  readonly refused: (Asked & { readonly answer?: WhyAnswer }) | undefined;
  readonly policyWords: PolicyAtAnswer | undefined;
  /** where in the text the words are about */
  readonly cursorAt: number;
  /** clicks that edited a policy, for undo: the last counts while the text is still its `after` */
  readonly policyEdits: readonly { readonly before: string; readonly after: string }[];
  /** the file that the board is compared with, and what came of it; it follows the board */
  readonly compared:
    { readonly name: string; readonly text: string; readonly answer: CompareResult | undefined } | undefined;
  /** what a policy can be made of on this board */
  readonly clusterWords: ClusterWords | undefined;
  /** endpoints that the selector at the cursor means */
  readonly litPods: readonly string[];
  readonly chooseMatrixPort: (port: PortQuestion) => void;
  readonly askCell: (asked: Asked | undefined) => void;
  /** sends the packet of a cell and tells it */
  readonly sendCell: (asked: Asked) => Promise<void>;
  /** a suggested edit, written into the text */
  readonly applyEdit: (edit: Edit) => Promise<'done' | 'unreadable'>;
  /** a field of an object (`ref.path`) gets a value, or goes */
  readonly editField: (ref: ObjectRef, value: Json | undefined) => Promise<'done' | 'unreadable'>;
  /** Two selectors of an item made one item each, or the other way round, by `change` of the text at the later one; without it by `otherwise`. */
  readonly editDash: (edit: DashEdit) => Promise<'done' | 'unreadable'>;
  readonly readClusterWords: () => void;
  /** the text of a file; '' where it is too large */
  readonly readFile: (file: TextFile) => Promise<string>;
  /** undefined: no more */
  readonly compareWith: (file: { readonly name: string; readonly text: string } | undefined) => void;
  readonly undoPolicyEdit: () => Promise<void>;
  readonly askRefused: (asked: Asked) => void;
  /** the cursor moved in the text; undefined: the text is not looked at any more */
  readonly pointAt: (offset: number | undefined) => void;
  /** for the cluster slice: a text is about to be applied; what it does to the matrix on show is asked for first */
  readonly previewPolicy: (text: string) => Promise<void>;
  /** for the other slices: the board, the playhead or the tab moved */
  readonly refreshPolicy: () => void;
}

/** The matrix follows when scrubbing rests, the words when the cursor does. */
const REST_MS = 60;

export function createPolicySlice(deps: Deps): Slice<PolicySlice> {
  return (set, get) => {
    const load = async () => (await import('../policyActions.ts')).createPolicyActions({ set, get, ...deps });
    const { playback, later } = deps;
    let callOff = (): void => undefined;
    let callOffCursor = (): void => undefined;
    playback.onPlayhead(() => {
      // without an edit the policies are the same at every moment
      if (get().edited !== undefined) get().refreshPolicy();
    });
    return {
      matrix: undefined,
      matrixPort: undefined,
      askedCell: undefined,
      refused: undefined,
      policyWords: undefined,
      cursorAt: 0,
      policyEdits: [],
      clusterWords: undefined,
      compared: undefined,
      litPods: [],
      chooseMatrixPort: (matrixPort) => {
        set({ matrixPort });
        get().refreshPolicy();
      },
      askCell: (asked) => {
        set({ askedCell: asked });
        if (asked) void load().then(({ explain }) => explain('askedCell', asked));
      },
      sendCell: async (asked) => {
        await (await load()).sendCell(asked);
      },
      applyEdit: async (edit) => (await load()).applyEdit(edit),
      editField: async (ref, value) => (await load()).editField(ref, value),
      editDash: async (edit) => (await load()).editDash(edit),
      readClusterWords: () => void load().then((actions) => actions.readClusterWords()),
      readFile: async (file) => (await load()).readFile(file),
      compareWith: (file) => {
        set({ compared: file && Object.freeze({ ...file, answer: undefined }) });
        if (file) void load().then(({ compare }) => compare());
      },
      undoPolicyEdit: async () => {
        await (await load()).undoPolicyEdit();
      },
      askRefused: (asked) => {
        set({ refused: asked });
        void load().then(({ explain }) => explain('refused', asked));
      },
      pointAt: (offset) => {
        callOffCursor();
        if (offset === undefined) {
          if (get().litPods.length > 0 || get().policyWords) set({ litPods: [], policyWords: undefined });
          return;
        }
        callOffCursor = later(REST_MS, () => void load().then(({ readAt }) => readAt(offset)));
      },
      previewPolicy: async (text) => {
        const { tab, matrix, branch } = get();
        if (tab === 'matrix' && matrix && branch === 'now') (await load()).preview(text);
      },
      refreshPolicy: () => {
        callOff();
        if (get().tab !== 'matrix' || get().board === undefined) return;
        // the engine has only the present branch
        if (get().branch === 'before') return;
        callOff = later(REST_MS, () => void load().then(({ refresh }) => refresh()));
      },
    };
  };
}
