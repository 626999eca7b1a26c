import type { Cache } from '@resync/cache-contract';
import type { MigrationCounts } from '@resync/cache-migration';
import { NaiveRouter } from '@resync/tooling-naive-router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { managerOf } from './fixtures/manager-of.js';
import { migrate } from './fixtures/migrate.js';
import { PAIRS } from './fixtures/pairs.js';
import { Servers } from './fixtures/servers.js';
import { STATES } from './fixtures/way.js';

const servers = new Servers();

beforeAll(() => servers.start());
afterAll(() => servers.stop());

describe('goes from off to complete under load, with rollbacks to live 0, and nothing is stale', () => {
  it.each(PAIRS)('$title', async ({ legacy, next }) => {
    let counts: () => MigrationCounts | undefined = () => undefined;
    const manager = managerOf(
      { legacy: legacy.open(servers), next: next.open(servers) },
      { observer: { started: (migration) => (counts = () => migration.counts()) } },
    );
    const { lifetimesFrom } = legacy;
    const outcome = await migrate(manager, { hitsPerStage: 40, lifetimesFrom });
    expect(outcome).toMatchObject({ strange: 0, expired: 0, stale: [], failures: [] });
    expect(outcome.reached).toEqual(STATES);
    const { reads } = counts() ?? {};
    expect(reads?.legacy.hits).toBeGreaterThan(40);
    expect(reads?.next.hits).toBeGreaterThan(40);
    await manager.shutdown();
  });
});

const LONG_ENOUGH = 400;

it.each(PAIRS.filter(({ legacy, next }) => legacy.needs === 'nothing' && next.needs === 'nothing'))(
  'is not done by a router that one writes by hand: $title',
  async ({ legacy, next }) => {
    const sides = { legacy: legacy.open(servers), next: next.open(servers) };
    const router = new NaiveRouter(sides as Record<'legacy' | 'next', Cache<string>>);
    const outcome = await migrate(router, { hitsPerStage: LONG_ENOUGH });
    expect(outcome.stale).not.toEqual([]);
  },
);
