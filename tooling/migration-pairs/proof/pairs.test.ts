import type { Cache } from '@resync/cache-contract';
import { ChaosCache } from '@resync/cache-contract/testing';
import { NaiveRouter } from '@resync/tooling-naive-router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { managerOf } from '../test/fixtures/manager-of.js';
import { migrate } from '../test/fixtures/migrate.js';
import { PAIRS } from '../test/fixtures/pairs.js';
import { Servers } from '../test/fixtures/servers.js';
import { STATES } from '../test/fixtures/way.js';

const servers = new Servers();

beforeAll(() => servers.start());
afterAll(() => servers.stop());

const HITS_PER_STAGE = 500;
const FAULT_RATE = 0.02;

describe('a long migration while next fails now and then, up to live', () => {
  it.each(PAIRS)('$title', async ({ legacy, next }) => {
    const chaos = new ChaosCache(next.open(servers));
    chaos.inject({ kind: 'fail' }, { rate: FAULT_RATE });
    chaos.inject({ kind: 'fail-after-applying' }, { rate: FAULT_RATE });
    const manager = managerOf({ legacy: legacy.open(servers), next: chaos });
    const outcome = await migrate(manager, {
      hitsPerStage: HITS_PER_STAGE,
      lifetimesFrom: legacy.lifetimesFrom,
      before: ({ stage }) => {
        // From there on its errors are the caller's.
        if (stage === 'rampdown') chaos.heal();
      },
    });
    process.stdout.write(`${next.name} after ${legacy.name}: ${outcome.operations} operations\n`);
    expect(outcome).toMatchObject({ strange: 0, expired: 0, stale: [], failures: [] });
    expect(outcome.reached).toEqual(STATES);
    await manager.shutdown();
  });
});

it.each(PAIRS)('shows what a router does that one writes by hand: $title', async (pair) => {
  const sides = { legacy: pair.legacy.open(servers), next: pair.next.open(servers) };
  const router = new NaiveRouter(sides as Record<'legacy' | 'next', Cache<string>>);
  const outcome = await migrate(router, { hitsPerStage: HITS_PER_STAGE });
  expect(outcome.stale).not.toEqual([]);
});
