/** The worker's entry: hands every message to the engine and its answer back. Nothing else happens here. */
import { transferables } from '../trace/columns.ts';
import { Engine } from './engine.ts';
import type { CallName, Calls, FromWorker, ToWorker } from './protocol.ts';

const engine = new Engine();

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  const { id, call, params } = data;
  try {
    const result = engine.handle(call, params, (progress) => {
      post({ kind: 'progress', id, ...progress });
    });
    post({ kind: 'answer', id, result }, buffersOf(result));
  } catch (error) {
    // our bug: the page says so, keeps text and journal, and offers to start again
    post({
      kind: 'crashed',
      id,
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
  }
});

function buffersOf(result: Calls[CallName]['result']): Transferable[] {
  return typeof result === 'object' && 'recording' in result ? transferables(result.recording) : [];
}
