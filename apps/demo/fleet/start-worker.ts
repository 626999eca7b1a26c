import { ControlError } from '@resync/migration-control';
import type { FastifyInstance } from 'fastify';
import { closeAll, type Closer } from '../server/closers.js';
import { createHttpServer } from '../server/http-server.js';
import { MemoryPressure } from '../server/live/memory-pressure.js';
import { listen } from '../server/listen.js';
import { tellPercentages } from '../server/live/tell-percentages.js';
import { startResync } from '../server/resync.js';
import { proxyConsole } from './console-proxy.js';
import { FleetMembership } from './fleet-membership.js';
import type { FromWorker, WorkerStart } from './fleet-messages.js';
import { connectSides } from './fleet-sides.js';
import { ServingWorker } from './serving-worker.js';

/** So the requests of a client go round the processes. */
const REQUESTS_PER_CONNECTION = 16;

/** Joins the fleet, then serves. */
export async function startWorker(
  start: WorkerStart,
  tell: (message: FromWorker) => void,
): Promise<ServingWorker> {
  const closers: Closer[] = [];
  try {
    return await compose(start, tell, closers);
  } catch (error) {
    await closeAll(closers).catch(() => undefined);
    throw error;
  }
}

async function compose(
  { name, settings, place, l1Ttl, console }: WorkerStart,
  tell: (message: FromWorker) => void,
  closers: Closer[],
): Promise<ServingWorker> {
  const { encryptionKey } = settings;
  const createSides = await connectSides(place, { encryptionKey, closers });
  const membership = await FleetMembership.connect(place.control, name, closers);
  closers.push(() => membership.close());
  const { createRouter } = membership;
  const resync = await startResync(settings, { createRouter, createSides, l1Ttl });
  closers.push(() => resync.close());
  resync.registry.setDefaultLabels({ process: name });
  await membership.joined();

  const { migrations } = resync;
  const memory = new MemoryPressure();
  const server = createHttpServer(resync);
  const health = watchHealth(server);
  for (const { watch } of migrations) watch.judge({ health, memory: () => memory.memory });
  const note = (sentence: string, component?: string): void =>
    tell({ kind: 'note', sentence, component });
  const rollout = await membership.startRollout(migrations, (error) => {
    // That the store is gone is told by the primary, once.
    if (!isStoreGone(error)) note(`${name}: the rollout tries again: ${String(error)}`);
  });
  closers.push(() => rollout.close());

  tellPercentages(server, migrations);
  proxyConsole(server, console);
  server.server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  closers.push(() => server.close());
  const url = await listen(server, settings);
  tell({ kind: 'serving', url });
  return new ServingWorker({ resync, membership, memory, tell, closers });
}

/** As the last that asked was told. */
function watchHealth(server: FastifyInstance): () => 'passing' | 'failing' {
  let isHealthy = true;
  server.addHook('onResponse', async (request, reply) => {
    if (request.url === '/health') isHealthy = reply.statusCode === 200;
  });
  return () => (isHealthy ? 'passing' : 'failing');
}

function isStoreGone(error: unknown): boolean {
  return error instanceof ControlError && error.code === 'CONTROL_STORE';
}
