import { fileURLToPath } from 'node:url';
import { runConformance } from '@resync/cache-contract/conformance/run';
import { LoadProcess } from '../load/load-process.js';
import type { RehearsalReport } from '../rehearsal/rehearsal-report.js';
import { Rehearsal, type RehearsalSamples } from '../rehearsal/rehearsal.js';
import { createImprovedCache, type RouterFactory } from '../server/component-migration.js';
import { createHttpServer } from '../server/http-server.js';
import { startResync } from '../server/resync.js';
import { JOBS } from '../server/upstreams.js';
import { settingsFrom } from '../settings.js';

const SAMPLES: RehearsalSamples = { warmUp: 60, window: 250, step: 8, fallbacks: 20 };

/** A short rehearsal on a port of its own. */
export async function rehearseOnce({
  createRouter,
  redisUrl,
  onServing,
  fallbacks = SAMPLES.fallbacks,
}: {
  readonly createRouter?: RouterFactory;
  readonly redisUrl?: string;
  /** Reads that legacy answers while next fails: the more, the longer. */
  readonly fallbacks?: number;
  /** Called before there is any load. */
  readonly onServing?: (url: string) => Promise<void>;
} = {}): Promise<{
  readonly report: RehearsalReport;
  readonly metrics: string;
}> {
  // It takes this process for a while, and nobody may wait for an answer meanwhile.
  const conformance = await runConformance(({ clock }) => createImprovedCache(60_000, { clock }));
  const resync = await startResync(settingsFrom({ PORT: '0', REDIS_URL: redisUrl }), {
    // Level one hides level two; the shorter, the more the checker sees.
    l1Ttl: 100,
    ...(createRouter && { createRouter }),
  });
  const server = createHttpServer(resync);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const load = new LoadProcess(
    fileURLToPath(new URL('../dist/load-generator.js', import.meta.url)),
  );
  try {
    await onServing?.(url);
    load.start({
      url,
      seed: 7,
      requestsPerSecond: 100,
      probesPerSecond: 20,
      jobs: JOBS,
      // However busy the machine is: what is late is answered all the same.
      timeoutMs: 600_000,
    });
    const rehearsal = new Rehearsal({
      migrations: resync.migrations,
      services: resync.services,
      fault: { component: 'hierarchy', percentage: 50 },
      load,
      samples: { ...SAMPLES, fallbacks },
      view: { event: () => undefined, standings: () => undefined, end: () => undefined },
      conformance,
      signal: new AbortController().signal,
    });
    const report = await rehearsal.run();
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return { report, metrics };
  } finally {
    await load.stop();
    await server.close();
    await resync.close();
  }
}
