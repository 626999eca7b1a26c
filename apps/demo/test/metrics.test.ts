import type { DecisionRecord } from '@resync/migration-control';
import { METRICS, SERVICE_METRICS, type LABEL_VALUES } from '@resync/migration-metrics';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, expectTypeOf, it } from 'vitest';
import { createHttpServer } from '../server/http-server.js';
import { startResync, type Resync } from '../server/resync.js';
import { settingsFrom } from '../settings.js';

const started: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.close();
});

async function serve(
  environment: Readonly<Record<string, string>> = {},
): Promise<{ resync: Resync; server: FastifyInstance }> {
  const resync = await startResync(settingsFrom(environment));
  started.push(resync);
  const server = createHttpServer(resync);
  started.push(server);
  return { resync, server };
}

async function scrape(server: FastifyInstance): Promise<readonly string[]> {
  const { statusCode, body } = await server.inject('/metrics');
  expect(statusCode).toBe(200);
  return body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('shows every metric that the package names', async () => {
  const { resync } = await serve();
  const text = await resync.registry.metrics();
  for (const { kind, name } of Object.values({ ...METRICS, ...SERVICE_METRICS })) {
    expect(text).toContain(`# TYPE ${name} ${kind}\n`);
  }
});

it('shows nothing at all where metrics are switched off', async () => {
  const { resync, server } = await serve({ APP_MIGRATION_ENABLE_METRICS: 'false' });
  await server.inject('/api/jobs/job-7');
  await resync.optimizer.ask({ query: 'Is it up?', context: {} });
  expect(await scrape(server)).toEqual([]);
});

it('counts requests under the pattern of their route, and what nobody serves as one', async () => {
  const { server } = await serve();
  for (const path of ['/api/jobs/job-1', '/api/jobs/job-2', '/nothing/here', '/nothing/there']) {
    await server.inject(path);
  }
  const counts = (await scrape(server)).filter((line) =>
    line.startsWith(`${SERVICE_METRICS.requests.name}_count`),
  );
  expect(counts).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/api/jobs/:id",status="2xx"} 2',
    'http_request_duration_seconds_count{method="GET",route="other",status="4xx"} 2',
  ]);
});

it('shows what the language model was asked, and by level what the hierarchy answered', async () => {
  const { resync, server } = await serve();
  await resync.optimizer.ask({ query: 'Is it up?', context: {} });
  await resync.optimizer.ask({ query: 'Is it up?', context: {} });
  await server.inject('/api/jobs/job-7');
  await server.inject('/api/jobs/job-7');
  const lines = await scrape(server);
  expect(lines).toContain('llm_requests_total{model="stand-in",outcome="answered"} 1');
  const spent = lines.find((line) => line.startsWith(`${SERVICE_METRICS.modelCost.name}{`));
  expect(Number(spent?.split(' ').at(-1))).toBeCloseTo(resync.monitor.usageReport().cost);
  const { counts } = resync.hierarchy;
  expect(counts.l1Hits).toBeGreaterThan(0);
  expect(lines).toContain(`cache_hierarchy_hits_total{cache_level="l1"} ${counts.l1Hits}`);
  expect(lines).toContain(`cache_hierarchy_misses_total{cache_level="l2"} ${counts.l2Misses}`);
});

it('times rollbacks, and shows the process as a fleet of one', async () => {
  const { resync, server } = await serve();
  const [core] = resync.migrations;
  await core?.router.transition({ stage: 'dualwrite' });
  await core?.router.rollback('to be timed');
  const lines = await scrape(server);
  expect(lines).toContain('migration_rollback_duration_seconds_count{component="core"} 1');
  expect(lines).toContain('migration_fleet_members_acknowledged{component="core"} 1');
  expect(lines).toContain(`migration_fleet_epoch{component="core"} ${core?.router.state.epoch}`);
});

it('counts each verdict of a rollout by its name', () => {
  type Counted = Exclude<(typeof LABEL_VALUES.decision)[number], 'other'>;
  expectTypeOf<Counted>().toEqualTypeOf<DecisionRecord['verdict']>();
});
