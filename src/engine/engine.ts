/**
 * The engine behind the protocol: reads text, keeps one run, answers calls. Runs in the worker, in Node and in tests; it knows
 * neither page nor worker. What it cannot do because of the text or the request is an answer; what it throws is our bug.
 */
import { assert } from '../lib/assert.ts';
import { message } from '../lib/message.ts';
import { choosePolicy } from '../kube/manifest/choosePolicy.ts';
import { chooseBackend } from '../kube/manifest/chooseBackend.ts';
import { addToObjects, editObject } from '../kube/manifest/editObject.ts';
import { createReader, type ReadResult } from '../kube/manifest/reader.ts';
import { locate } from '../kube/manifest/locate.ts';
import { parsePath } from '../kube/manifest/pathAt.ts';
import { policyIn } from '../kube/manifest/policyText.ts';
import { policyKey, type NetworkPolicy } from '../kube/policy/networkPolicy.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import { gallery } from '../scenario/gallery.ts';
import { STEP_BUDGET } from '../sim/run.ts';
import { encodeColumns, type Kept, type RecordingColumns } from '../trace/columns.ts';
import { toPcapng } from '../trace/toPcap.ts';
import { nodeNs } from '../kube/ids.ts';
import { touch } from '../kube/board.ts';
import { addressesOf } from '../kube/cni/memory.ts';
import { addressPlan } from './addresses.ts';
import { lengthsOf, sendAside } from './aside.ts';
import { birth } from './birth.ts';
import { boardOf, sleepersOf, wokenOf } from './boardOf.ts';
import type {
  ApplyResult,
  Calls,
  CallName,
  CommandResult,
  Committed,
  FlowResult,
  FromWorker,
  NetfilterTables,
  SendRequest,
  SendResult,
} from './protocol.ts';
import { changedDocument, type ReadText } from './changedDocument.ts';
import { clusterWords } from './clusterWords.ts';
import { compareWith } from './compare.ts';
import { explainRule } from './explainRule.ts';
import { checkExpectations } from './expect.ts';
import { injectionOf } from './injection.ts';
import { labOf } from './lab.ts';
import { countersAt, netfilterOf, nothingIn } from './netfilter.ts';
import { raceOf } from './race.ts';
import { policyAt, PolicyReader } from './policy.ts';
import { Run } from './run.ts';
import { serviceDetail } from './services.ts';
import { redo, tablesOf } from './tables.ts';
import { completeLine, interrupt, runLine } from './terminalRun.ts';

type Progress = Extract<FromWorker, { readonly kind: 'progress' }>;
type OnProgress = (progress: Pick<Progress, 'done' | 'total' | 'stage'>) => void;

const NOTHING: Kept = { entries: 0, hops: 0, frames: 0 };
/** Live, at most so many expectations are tried after a change; `cli test` tries all. */
const LIVE_EXPECTATIONS = 100;

export class Engine {
  readonly #reader = createReader();
  /** of files that the board is compared with */
  readonly #otherReader = createReader();
  readonly #policies = new PolicyReader();
  #run: Run | undefined;
  /** what was chosen for pods and nodes: deleting one never renumbers another */
  #remembered: ReadResult['remembered'] | undefined;
  /** what the text says now; where history is changed before an edit, the edit still holds */
  #cluster: ReadResult['cluster'];
  /** the text of that cluster, to see what an edit changed */
  #text: ReadText | undefined;
  /** what the page holds of the recording */
  #sent: Kept = NOTHING;

  /** Carries out one call. `onProgress` is told of long work. */
  handle<K extends CallName>(
    call: K,
    params: Calls[K]['params'],
    onProgress: OnProgress = () => undefined,
  ): Calls[K]['result'] {
    const answers: { readonly [C in CallName]: (p: Calls[C]['params']) => Calls[C]['result'] } = {
      gallery: () => gallery.map(({ id, group }) => ({ id, group })),
      scenario: ({ id = gallery[0]?.id }) => gallery.find((entry) => entry.id === id)?.text,
      open: ({ text, revision }) => this.#open(text, revision, onProgress),
      apply: ({ text, revision, atSeq }) =>
        this.#apply({ text, revision, ...(atSeq === undefined ? {} : { atSeq }) }, onProgress),
      chooseBackend: ({ text, backend }) => {
        const chosen = chooseBackend(text, backend);
        return chosen === undefined ? {} : { text: chosen };
      },
      choosePolicy: ({ text, service, policy }) => {
        const [namespace = '', name = ''] = service.split('/');
        const chosen = choosePolicy(text, { namespace, name, policy });
        return chosen === undefined ? {} : { text: chosen };
      },
      service: ({ service, node, atSeq }) =>
        this.#look(nodeNs(node), atSeq, (world) =>
          serviceDetail(world.cluster, world.namespaces.get(nodeNs(node)), service),
        ),
      race: raceOf,
      send: (request) => this.#send(request),
      expect: ({ atSeq }) => checkExpectations(this.#running, { atSeq, most: LIVE_EXPECTATIONS }),
      traffic: ({ atSeq }) => this.#traffic(atSeq),
      addresses: ({ atSeq, node }) =>
        this.#running.at(atSeq, (world) => addressPlan(world, this.#remembered?.podCIDRs, node)),
      birth: (params) => birth(this.#running, params),
      tables: ({ ns, atSeq }) => this.#tables(ns as NetNsId, atSeq),
      netfilter: (params) => this.#netfilter(params),
      explainRule: (question) => explainRule(this.#running, question),
      command: (params) => this.#command(params),
      complete: (params) => completeLine(this.#running, params),
      interrupt: ({ exchange, atSeq }) => {
        interrupt(this.#running, exchange, () => {
          this.#keepUpTo(atSeq);
        });
        return { recording: this.#columns() };
      },
      takeBack: ({ atSeq }) => {
        this.#keepUpTo(atSeq, (run) => {
          run.goOnWithout();
        });
        return { recording: this.#columns(), board: boardOf(this.#running.world) };
      },
      previewMatrix: ({ text, port }) => this.#previewMatrix(text, port),
      matrix: ({ atSeq, port }) => this.#policies.matrix(this.#clusterAt(atSeq), port),
      policyWhy: ({ atSeq, ...question }) => this.#policyWhy(atSeq, question),
      applyEdit: ({ text, changes }) => {
        const edited = addToObjects(text, changes);
        return edited === undefined ? {} : { text: edited };
      },
      editField: ({ text, ref, value }) => {
        const edited = editObject(text, ref, { path: parsePath(ref.path), value });
        return edited === undefined ? {} : { text: edited };
      },
      compare: ({ atSeq, text }) =>
        compareWith(
          this.#clusterAt(atSeq),
          this.#otherReader.read(text, () => undefined, this.#remembered),
        ),
      clusterWords: ({ atSeq }) => clusterWords(this.#clusterAt(atSeq)),
      policyAt: ({ atSeq, text, offset }) => policyAt(this.#clusterAt(atSeq), text, offset),
      locate: ({ text, path }) => {
        const { from, to } = locate(text, parsePath(path));
        return { from, to };
      },
      pcapng: () => toPcapng(this.#running.recording),
      lab: () => labOf(this.#running, this.#running.world.cluster),
    };
    return answers[call](params);
  }

  /** The cluster as it was after so many entries; the text says the same, or the playhead is in the past. */
  #clusterAt(atSeq: number): Cluster {
    const run = this.#running;
    // now: the cluster is only read, so the world need not be kept for it (which costs more than a matrix)
    return atSeq >= run.recording.entries.length
      ? run.world.cluster
      : run.at(atSeq, ({ cluster }) => cluster);
  }

  #policyWhy(
    atSeq: number,
    question: Omit<Calls['policyWhy']['params'], 'atSeq'>,
  ): Calls['policyWhy']['result'] {
    const why = this.#running.at(atSeq, (world) =>
      this.#policies.why(world.cluster, question, (node) => {
        touch(world, nodeNs(node));
        return world.namespaces.get(nodeNs(node));
      }),
    );
    return 'id' in why ? {} : { why };
  }

  get #running(): Run {
    assert(this.#run !== undefined, 'a call before the first board');
    return this.#run;
  }

  #read(text: string, onProgress: OnProgress): ReadResult {
    const onDocument = (done: number, total: number): void => {
      onProgress({ done, total, stage: 'parse' });
    };
    const read = this.#reader.read(text, onDocument, this.#remembered);
    if (read.cluster) this.#remembered = read.remembered;
    return read;
  }

  #open(text: string, revision: number, onProgress: OnProgress): ApplyResult {
    this.#remembered = undefined;
    this.#policies.forget();
    const read = this.#read(text, onProgress);
    if (!read.cluster) return rejected(read, revision);
    onProgress({ done: 0, total: 1, stage: 'build' });
    this.#run = new Run(read.cluster);
    this.#cluster = read.cluster;
    this.#sent = NOTHING;
    return this.#committed(read, revision);
  }

  #apply({ text, revision, atSeq }: Calls['apply']['params'], onProgress: OnProgress): ApplyResult {
    if (!this.#run) return this.#open(text, revision, onProgress);
    this.#remember(this.#run, atSeq);
    const read = this.#read(text, onProgress);
    this.#policies.settle(read.cluster !== undefined);
    if (!read.cluster) return rejected(read, revision);
    this.#cluster = read.cluster;
    this.#keepUpTo(atSeq);
    if (this.#run.given !== read.cluster) this.#run.give({ input: 'cluster', cluster: read.cluster });
    return this.#committed(read, revision);
  }

  /** What host-local had given at the playhead is what an edit there has to go on from. */
  #remember(run: Run, atSeq: number | undefined): void {
    const given = run.at(atSeq ?? run.recording.entries.length, addressesOf);
    if (this.#remembered) this.#remembered = { ...this.#remembered, ...given };
  }

  /** The rules of a thousand pods take a while to be written; what one policy comes to is known before. */
  #previewMatrix(
    text: string,
    port: Calls['previewMatrix']['params']['port'],
  ): Calls['previewMatrix']['result'] {
    const changed = this.#text && changedDocument(this.#text, text);
    const policy = changed && policyIn(changed.text)?.policy;
    const { cluster } = this.#running.world;
    const isSame = (other: NetworkPolicy): boolean =>
      other.namespace === policy?.namespace && other.name === policy.name;
    if (!policy || !cluster.policies.some(isSame) || changed.id !== `NetworkPolicy/${policyKey(policy)}`)
      return {};
    const policies = cluster.policies.map((other) => (isSame(other) ? policy : other));
    return { matrix: this.#policies.preview({ ...cluster, policies }, port) };
  }

  #committed(read: ReadResult, revision: number): ApplyResult {
    this.#text = { text: read.text, documents: read.documents };
    const committed: Committed = {
      revision,
      board: boardOf(this.#running.world),
      documents: read.documents,
      diagnostics: read.diagnostics,
      recording: this.#columns(),
      ...(read.changed ? { text: read.text } : {}),
    };
    return { status: 'committed', ...committed };
  }

  #send(request: SendRequest): SendResult {
    const run = this.#running;
    const injection = injectionOf(run.world.cluster, request);
    if ('id' in injection) return { status: 'refused', message: injection };
    this.#keepUpTo(request.atSeq);
    const sleepers = sleepersOf(run.world);
    const ended = run.give({ input: 'send', injection });
    if (ended === 'budget')
      return { status: 'refused', message: message('send.budget', { steps: STEP_BUDGET }) };
    const woken = wokenOf(run.world, sleepers);
    const exchange = run.recording.exchanges.length - 1;
    return {
      status: 'sent',
      exchange,
      recording: this.#columns(),
      ...(woken.length === 0 ? {} : { woken }),
    };
  }

  #command(params: Calls['command']['params']): CommandResult {
    const run = this.#running;
    const sleepers = sleepersOf(run.world);
    const outcome = runLine(run, params, () => {
      this.#keepUpTo(params.atSeq);
    });
    switch (outcome.status) {
      case 'said':
      case 'listening':
        return outcome;
      case 'refused':
        // what was forgotten for it is forgotten
        return outcome;
      case 'changed': {
        const { said, devices } = outcome;
        const board = devices ? { board: boardOf(run.world) } : {};
        return { status: 'changed', said, recording: this.#columns(), ...board };
      }
      case 'sent': {
        const woken = wokenOf(run.world, sleepers);
        const { exchange } = outcome;
        return {
          status: 'sent',
          exchange,
          recording: this.#columns(),
          ...(woken.length === 0 ? {} : { woken }),
        };
      }
    }
  }

  /** Every flow from the same moment, so that none sees another's ARP: what is shown is what one packet would do. */
  #traffic(atSeq: number): Calls['traffic']['result'] {
    const run = this.#running;
    return run.world.cluster.traffic.map((flow): FlowResult => {
      const { from, to, protocol, every } = flow;
      const injection = injectionOf(run.world.cluster, { from, to, protocol });
      if ('id' in injection) return { from, to, protocol, every, status: 'refused', message: injection };
      const flown = sendAside(run, { atSeq, injection }, (world, { exchange, before }) => ({
        exchange,
        recording: encodeColumns(world.recorder.recording(), before),
      }));
      const base = { from, to, protocol, every };
      return 'message' in flown
        ? { ...base, status: 'refused', message: flown.message }
        : { ...base, status: 'sent', ...flown.value };
    });
  }

  #tables(id: NetNsId, atSeq: number): Calls['tables']['result'] {
    const run = this.#running;
    const entries = run.recording.entries.slice(0, atSeq);
    return run.before(atSeq, (world) => {
      // one event of the world carries a packet through a whole kernel: what it did up to here is done again in the tables
      const since = entries.slice(world.recorder.length);
      touch(world, id);
      const ns = world.namespaces.get(id);
      const tables = ns ? tablesOf(ns) : { ns: id, link: [], addr: [], route: [], neigh: [], fdb: [] };
      return redo(
        tables,
        since.flatMap(({ changes }) => changes ?? []),
      );
    });
  }

  #netfilter({ ns: id, atSeq, view }: Calls['netfilter']['params']): NetfilterTables {
    const run = this.#running;
    const recording = { entries: [...run.recording.entries], frames: [...run.recording.frames] };
    const now = recording.entries[atSeq - 1]?.at ?? run.world.now;
    return this.#look(id as NetNsId, atSeq, (world) => {
      const ns = world.namespaces.get(id as NetNsId);
      return ns ? netfilterOf(ns, view, { now, counters: countersAt(ns, recording, atSeq) }) : nothingIn(id);
    });
  }

  /** Reads at an entry, in the midst of an event if need be; a machine that sleeps is woken for it. */
  #look<T>(ns: NetNsId, atSeq: number, read: (world: Run['world']) => T): T {
    const run = this.#running;
    const isAsleep = (world: Run['world']): boolean =>
      world.sleeps(ns) || world.namespaces.get(ns) === undefined;
    if (!run.midway(atSeq, isAsleep)) return run.midway(atSeq, read);
    return run.before(atSeq, (world) => {
      touch(world, ns);
      return read(world);
    });
  }

  /** A change of history: the page keeps what lies before it. */
  #keepUpTo(atSeq: number | undefined, then?: (run: Run) => void): void {
    const run = this.#running;
    if (atSeq === undefined || atSeq >= run.recording.entries.length) return;
    run.journal.seek(atSeq);
    const { entries, hops, frames } = run.recording;
    this.#sent = {
      entries: Math.min(this.#sent.entries, entries.length),
      hops: Math.min(this.#sent.hops, hops.length),
      frames: Math.min(this.#sent.frames, frames.length),
    };
    then?.(run);
    const cluster = this.#cluster;
    if (cluster && run.given !== cluster) run.give({ input: 'cluster', cluster });
  }

  #columns(): RecordingColumns {
    const { recording } = this.#running;
    const columns = encodeColumns(recording, this.#sent);
    this.#sent = lengthsOf(recording);
    return columns;
  }
}

/** Diagnostics are places in the normalised text, so the page gets that when it differs from what it sent. */
function rejected({ diagnostics, changed, text }: ReadResult, revision: number): ApplyResult {
  return { status: 'rejected', revision, diagnostics, ...(changed ? { text } : {}) };
}
