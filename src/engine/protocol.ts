/**
 * Messages between page and worker, as data: one type map of calls and one union of events, so a run can be logged,
 * replayed and golden-tested.
 */
import type { Diagnostic, DocumentSummary, TextRange } from '../kube/manifest/diagnostic.ts';
import type { Message } from '../lib/message.ts';
import type { RecordingColumns } from '../trace/columns.ts';
import type { Capture } from '../trace/tcpdump.ts';
import type { ObjectRef, Origin } from '../trace/types.ts';
import type { AddressPlan } from './addressProtocol.ts';
import type { Board, BoardFlow, BoardNode, Endpoint, ExpectationResult } from './boardProtocol.ts';
import type { BirthResult } from './birthProtocol.ts';
import type {
  ClusterWords,
  CompareResult,
  Json,
  MatrixAnswer,
  PolicyAtAnswer,
  WhyAnswer,
} from './policyProtocol.ts';
import type { ServiceDetail } from './servicesProtocol.ts';
import type { ChainRef, NetfilterTables, RuleExplanation, RulesView } from './rulesProtocol.ts';

export * from './boardProtocol.ts';
export * from './policyProtocol.ts';

export type { Diagnostic, DocumentSummary, TextRange };
export type {
  AddressPlan,
  HostRange,
  LeaseRow,
  NodePortRange,
  PodRange,
  ServiceRangeView,
} from './addressProtocol.ts';
export type { BirthResult, BirthStep } from './birthProtocol.ts';
export type {
  BoardService,
  BoardServicePort,
  ServiceDetail,
  ServiceEndpoint,
  ServiceRule,
} from './servicesProtocol.ts';
export type {
  ChainLines,
  ChainRef,
  ConntrackLine,
  NetfilterTables,
  RuleExplanation,
  RuleLine,
  RulesView,
  RuleTable,
  SetLines,
} from './rulesProtocol.ts';

export interface SendRequest {
  /** `pod/NAMESPACE/NAME`, `node/NAME`, `client/NAME` */
  readonly from: Endpoint;
  /** the same with optional `:PORT`, `IP[:PORT]`, or a Service: `svc/NAMESPACE/NAME[:PORT]` */
  readonly to: Endpoint;
  readonly protocol: 'icmp' | 'tcp' | 'udp' | 'traceroute';
  /** playhead: the send happens after this many entries; the future beyond is dropped (it stays with the page as a grey branch) */
  readonly atSeq?: number;
  readonly ttl?: number;
  readonly size?: number;
  readonly df?: boolean;
  readonly sport?: number;
  /** endpoints chosen by hand, `SVC=ENDPOINT` each: `shop/web=pod/shop/web-1`, `shop/web=10.244.1.2[:8080]` */
  readonly pick?: readonly string[];
  /** tcp: only open the connection and reset it, as the command line's probe does */
  readonly probe?: boolean;
}

export interface Committed {
  readonly revision: number;
  readonly board: Board;
  readonly documents: readonly DocumentSummary[];
  readonly diagnostics: readonly Diagnostic[];
  readonly recording: RecordingColumns;
  /** the text as the engine keeps it: a `kind: List` is split into one document per item. Absent when unchanged. */
  readonly text?: string;
}

export interface Rejected {
  readonly revision: number;
  readonly diagnostics: readonly Diagnostic[];
  /** the text that the diagnostics are places in, when it differs from what was sent */
  readonly text?: string;
}

export type ApplyResult =
  ({ readonly status: 'committed' } & Committed) | ({ readonly status: 'rejected' } & Rejected);

export type SendResult =
  | {
      readonly status: 'sent';
      readonly exchange: number;
      readonly recording: RecordingColumns;
      /** nodes of a large board that this send touched first: now with their devices, in place of the board's */
      readonly woken?: readonly BoardNode[];
    }
  | { readonly status: 'refused'; readonly message: Message };

/** The tables of one namespace as Linux prints them; every line with who wrote it. */
export interface TableLine {
  readonly text: string;
  readonly by: Origin['by'];
  readonly object?: ObjectRef;
}
export interface NamespaceTables {
  readonly ns: string;
  readonly link: readonly TableLine[];
  readonly addr: readonly TableLine[];
  readonly route: readonly TableLine[];
  readonly neigh: readonly TableLine[];
  readonly fdb: readonly TableLine[];
}

/** What a command in a terminal printed at once: Linux's own words, never translated. */
export interface Said {
  readonly lines: readonly string[];
  readonly failed: boolean;
  /** a word that no command here takes, and the nearest that would do */
  readonly hint?: { readonly word: string; readonly nearest?: string };
}

export type CommandResult =
  /** it only looked, or was refused by its tool */
  | { readonly status: 'said'; readonly said: Said }
  /** it changed tables, or Linux refused to; the board comes along when devices or addresses are not what they were */
  | {
      readonly status: 'changed';
      readonly said: Said;
      readonly recording: RecordingColumns;
      readonly board?: Board;
    }
  /** it sends: what it prints arrives with its exchange */
  | Extract<SendResult, { readonly status: 'sent' }>
  /** tcpdump: prints what the recording has at its device, from now on or (`reads`) up to now */
  | {
      readonly status: 'listening';
      readonly capture: Capture;
      readonly head: readonly string[];
      readonly reads: boolean;
    }
  | { readonly status: 'refused'; readonly message: Message };

/** A terminal in a namespace, at the playhead. */
export interface TerminalPlace {
  readonly ns: string;
  readonly atSeq?: number;
}

/** A scenario that comes with the program; the first of the gallery is the default. */
export interface GalleryEntry {
  readonly id: string;
  readonly group: 'backends' | 'cnm' | 'nat' | 'services' | 'policy' | 'break';
}

/**
 * One of the board's running flows as it goes at this moment: what a packet sent now would do. It is not part of the
 * journal; `recording` continues the page's recording at the playhead and is thrown away with the next answer.
 */
export type FlowResult = BoardFlow & SendResult;

/** The packet of a race, as a send; and the text whose backend is exchanged. */
export interface RaceRequest {
  readonly text: string;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: 'icmp' | 'tcp';
}

/** One backend's run: the part of its board that the packet touches, and a whole recording of its own. */
export type Lane = { readonly backend: Board['backend'] } & (
  | { readonly board: Board; readonly exchange: number; readonly recording: RecordingColumns }
  | { readonly refusal: Message }
);

export type RaceResult =
  | { readonly status: 'run'; readonly lanes: readonly Lane[] }
  /** the backend cannot be written into the Board document */
  | { readonly status: 'unreadable' };

export type LabResult =
  | {
      readonly status: 'ready';
      /** of the file */
      readonly name: string;
      readonly script: string;
      readonly namespaces: number;
      /** commands of a terminal that it repeats */
      readonly typed: number;
      /** a node, and a pod with the address of another, to try things with */
      readonly node: string;
      readonly pod?: string;
      readonly to?: string;
    }
  | { readonly status: 'refused'; readonly message: Message };

export interface Calls {
  readonly gallery: { readonly params: Record<string, never>; readonly result: readonly GalleryEntry[] };
  /** the text of a board of the gallery, without an id that of the default; undefined when there is none of that id */
  readonly scenario: { readonly params: { readonly id?: string }; readonly result: string | undefined };
  /** A new text: everything is built anew, time starts at 0. */
  readonly open: {
    readonly params: { readonly text: string; readonly revision: number };
    readonly result: ApplyResult;
  };
  /** The text was edited at the playhead: only the difference is applied. */
  readonly apply: {
    readonly params: { readonly text: string; readonly revision: number; readonly atSeq?: number };
    readonly result: ApplyResult;
  };
  /** The text with another backend chosen in its Board document; none where that cannot be written into. Changes nothing. */
  readonly chooseBackend: {
    readonly params: { readonly text: string; readonly backend: Board['backend'] };
    readonly result: { readonly text?: string };
  };
  /** the same packet under every backend; the board of the page stays as it is */
  readonly race: { readonly params: RaceRequest; readonly result: RaceResult };
  /** The text with another externalTrafficPolicy of a Service (`NAMESPACE/NAME`); none where that cannot be written. Changes nothing. */
  readonly choosePolicy: {
    readonly params: {
      readonly text: string;
      readonly service: string;
      readonly policy: 'Cluster' | 'Local';
    };
    readonly result: { readonly text?: string };
  };
  /** what stands behind a Service (`NAMESPACE/NAME`), and its rules on a node at the playhead; undefined: there is no such Service */
  readonly service: {
    readonly params: { readonly service: string; readonly node: string; readonly atSeq: number };
    readonly result: ServiceDetail | undefined;
  };
  readonly send: { readonly params: SendRequest; readonly result: SendResult };
  /** the running traffic of the Board document (`spec.traffic`), each flow sent once at the playhead, on a branch of its own */
  readonly traffic: { readonly params: { readonly atSeq: number }; readonly result: readonly FlowResult[] };
  /** the expectations of the Board document, each tried on a branch of its own; of many only the first */
  readonly expect: {
    readonly params: { readonly atSeq: number };
    readonly result: readonly ExpectationResult[];
  };
  readonly tables: {
    readonly params: { readonly ns: string; readonly atSeq: number };
    readonly result: NamespaceTables;
  };
  /** who has which addresses and where the next will come from, at the playhead; of the nodes, the range of one */
  readonly addresses: {
    readonly params: { readonly atSeq: number; readonly node?: string };
    readonly result: AddressPlan;
  };
  /** how the pod `NAMESPACE/NAME` came to be, step by step */
  readonly birth: {
    readonly params: { readonly pod: string; readonly atSeq: number };
    readonly result: BirthResult;
  };
  /** iptables, ipsets and conntrack of a namespace right after entry `atSeq` - 1, as much of them as is looked at */
  readonly netfilter: {
    readonly params: { readonly ns: string; readonly atSeq: number; readonly view: RulesView };
    readonly result: NetfilterTables;
  };
  /** why a rule fits the packet of step `seq`, or does not */
  readonly explainRule: {
    readonly params: ChainRef & { readonly seq: number; readonly number: number };
    readonly result: RuleExplanation;
  };
  /** a line that was typed in a terminal; what it changes or sends is in the journal */
  readonly command: {
    readonly params: TerminalPlace & { readonly line: string };
    readonly result: CommandResult;
  };
  /** Tab: what could follow `text` */
  readonly complete: {
    readonly params: TerminalPlace & { readonly text: string };
    readonly result: { readonly start: number; readonly candidates: readonly string[] };
  };
  /** Ctrl-C: the program of an exchange is told to stop */
  readonly interrupt: {
    readonly params: { readonly exchange: number; readonly atSeq?: number };
    readonly result: { readonly recording: RecordingColumns };
  };
  /** Undo: what was sent and typed after `atSeq` entries never was. The present text still holds. */
  readonly takeBack: {
    readonly params: { readonly atSeq: number };
    readonly result: { readonly recording: RecordingColumns; readonly board: Board };
  };
  /** who may talk to whom at the playhead, at ports of one class; without a port at the first that a rule names */
  readonly matrix: {
    readonly params: {
      readonly atSeq: number;
      readonly port?: { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly port: number };
    };
    readonly result: MatrixAnswer;
  };
  /**
   * The matrix that the text will come to, before it is read as a whole and rules are written: an `apply` of the same text has to
   * follow. None where more than one policy differs from the last text that made a board.
   */
  readonly previewMatrix: {
    readonly params: { readonly text: string; readonly port?: Calls['matrix']['params']['port'] };
    readonly result: { readonly matrix?: MatrixAnswer };
  };
  /** why a cell of the matrix is as it is; none where an end is not on the board */
  readonly policyWhy: {
    readonly params: {
      readonly atSeq: number;
      readonly from: Endpoint;
      readonly to: Endpoint;
      readonly protocol: 'TCP' | 'UDP' | 'SCTP';
      readonly port: number;
    };
    readonly result: { readonly why?: WhyAnswer };
  };
  /** The text with what a suggested edit adds; none where an object has no document that can be written into. Changes nothing. */
  readonly applyEdit: {
    readonly params: {
      readonly text: string;
      readonly changes: readonly { readonly ref: ObjectRef; readonly yaml: string }[];
    };
    readonly result: { readonly text?: string };
  };
  /** The text with `value` at a field of an object (`ref.path`), or without that field; none where it cannot be written. Changes nothing. */
  readonly editField: {
    readonly params: { readonly text: string; readonly ref: ObjectRef; readonly value: Json | undefined };
    readonly result: { readonly text?: string };
  };
  /** who may talk to whom on the board, against another file; the board stays as it is */
  readonly compare: {
    readonly params: { readonly atSeq: number; readonly text: string };
    readonly result: CompareResult;
  };
  /** what a policy can be made of here */
  readonly clusterWords: { readonly params: { readonly atSeq: number }; readonly result: ClusterWords };
  /** the NetworkPolicy of one document's text in words, and whom the selector at `offset` means */
  readonly policyAt: {
    readonly params: { readonly atSeq: number; readonly text: string; readonly offset: number };
    readonly result: PolicyAtAnswer;
  };
  /** where a field stands in a document's text; offsets in that text */
  readonly locate: {
    readonly params: { readonly text: string; readonly path: string };
    readonly result: { readonly from: number; readonly to: number };
  };
  readonly pcapng: { readonly params: Record<string, never>; readonly result: Uint8Array };
  /** the board, and what was typed on it, as a script for a Linux machine */
  readonly lab: { readonly params: Record<string, never>; readonly result: LabResult };
}

export type CallName = keyof Calls;

export type ToWorker = {
  [K in CallName]: { readonly id: number; readonly call: K; readonly params: Calls[K]['params'] };
}[CallName];

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly result: Calls[CallName]['result'] }
  | {
      readonly kind: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly stage: 'parse' | 'check' | 'build';
    }
  /** our bug: the message, and nothing of the user's is lost, since text and journal live in the page */
  | { readonly kind: 'crashed'; readonly id: number; readonly message: string };
