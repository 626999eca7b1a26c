import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { managerOf } from './fixtures/manager-of.js';
import { migrate } from './fixtures/migrate.js';
import { PAIRS } from './fixtures/pairs.js';
import { Servers } from './fixtures/servers.js';

const servers = new Servers();

beforeAll(() => servers.start());
afterAll(() => servers.stop());

describe('from off to complete, with rollbacks to live 0, under load', () => {
  it.each(PAIRS)('$title', async ({ legacy, next }) => {
    const manager = managerOf({ legacy: legacy.open(servers), next: next.open(servers) });
    const outcome = await migrate(manager, { random: Math.random, hitsPerStage: 40 });
    console.log(outcome.operations, outcome.longestExpired, outcome.expired);
    expect(outcome).toMatchObject({ strange: 0, expired: 0, stale: [], failures: [] });
    await manager.shutdown();
  });
});
