/**
 * What index.html loads. The worker of the simulator is begun before anything else: while it starts, which takes a thread of
 * its own, the page loads and draws itself.
 */
import { createClient } from './engine/client.ts';

const client = createClient();
client.prepare();
const { show } = await import('./main.tsx');
show(client);
