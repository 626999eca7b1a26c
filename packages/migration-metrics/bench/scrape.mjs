import { parseArgs } from 'node:util';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { CacheMigrationManager } from '@resync/cache-migration';
import { createMigrationMetrics } from '@resync/migration-metrics';
import { Registry } from 'prom-client';

const HELP = `What a scrape costs: 20 components, each in live 100 %, with both caches shown, latencies of get,
has, set and delete of both sides, a fleet and decisions.

  npm run bench -- --only scrape
  npm run bench -- --only scrape --json     for programs
`;
/** Milliseconds of processor time for a scrape. */
const BAR_MS = 10;
const COMPONENTS = 20;
const WARM_UP = 50;
const SCRAPES = 200;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    json: { type: 'boolean', default: false },
  },
});

if (options.help) process.stdout.write(HELP);
else await run();

async function run() {
  const registry = await registryOf(COMPONENTS);
  for (let scrape = 0; scrape < WARM_UP; scrape += 1) await registry.metrics();
  const times = [];
  const used = process.cpuUsage();
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    const begun = performance.now();
    await registry.metrics();
    times.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(used);
  const text = await registry.metrics();
  const figures = {
    components: COMPONENTS,
    series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    kilobytes: Math.round(text.length / 1024),
    processorMs: (user + system) / 1000 / SCRAPES,
    medianMs: times.sort((a, b) => a - b)[SCRAPES / 2] ?? NaN,
    barMs: BAR_MS,
  };
  process.stdout.write(
    options.json
      ? `${JSON.stringify(figures)}\n`
      : `a scrape of ${figures.components} components, ${figures.series} series, ${figures.kilobytes} kB: ` +
          `${figures.processorMs.toFixed(1)} ms of processor time, median ${figures.medianMs.toFixed(1)} ms (bar ${BAR_MS} ms)\n`,
  );
}

/** @param {number} count */
async function registryOf(count) {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  for (let index = 0; index < count; index += 1) {
    const component = `component-${index}`;
    const legacy = new ImprovedAsyncCache();
    const next = new ImprovedAsyncCache();
    const migration = new CacheMigrationManager({
      component,
      legacy,
      next,
      observer: metrics.observer(component),
      latencyEvery: 1,
    });
    metrics.cache({ component, cache: 'legacy', stats: () => legacy.statsNow() });
    metrics.cache({ component, cache: 'next', stats: () => next.statsNow() });
    metrics.fleet(component, () => ({ state: { epoch: 1 }, members: [] }));
    for (const step of /** @type {const} */ ([
      { stage: 'dualwrite' },
      { stage: 'shadow' },
      { stage: 'live', percentage: 0 },
      { stage: 'live', percentage: 100 },
    ])) {
      await migration.transition(step);
      for (let key = 0; key < 50; key += 1) {
        await migration.set(`key:${key}`, key);
        await migration.get(`key:${key}`);
        await migration.has(`key:${key}`);
        await migration.delete(`key:${key}`);
      }
    }
  }
  return registry;
}
