import { CacheMigrationManager, type Fleet } from '@resync/cache-migration';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAIRS } from './fixtures/pairs.js';
import { Servers } from './fixtures/servers.js';

const servers = new Servers();

beforeAll(() => servers.start());
afterAll(() => servers.stop());

const SHARED = PAIRS.filter(({ legacy, next }) =>
  [legacy, next].some(({ needs }) => needs !== 'nothing'),
);

const MEMORY_AFTER_SHARED = PAIRS.filter(
  ({ legacy, next }) => legacy.needs !== 'nothing' && next.needs === 'nothing',
);

/** Never asked: what it is given to is refused before. */
const NO_FLEET: Fleet = {
  memberUntil: 0,
  join: () => Promise.reject(new Error('expected not to be asked')),
  acknowledge: () => undefined,
  declareCold: () => Promise.reject(new Error('expected not to be asked')),
  leave: () => Promise.resolve(),
};

describe('of what processes share', () => {
  it.each(SHARED)('$title goes no further than dualwrite by itself', async ({ legacy, next }) => {
    const sides = { legacy: legacy.open(servers), next: next.open(servers) };
    const manager = new CacheMigrationManager({ component: 'pair', ...sides });
    await manager.transition({ stage: 'dualwrite' });
    const further = manager.transition({ stage: 'shadow' });
    await expect(further).rejects.toMatchObject({ code: 'SHARED_SIDE' });
    await manager.set('key', 'value');
    expect(await manager.get('key')).toBe('value');
    await manager.shutdown();
  });

  it.each(MEMORY_AFTER_SHARED)('$title is refused to a fleet', ({ legacy, next }) => {
    const sides = { legacy: legacy.open(servers), next: next.open(servers) };
    const made = () => new CacheMigrationManager({ component: 'pair', ...sides, fleet: NO_FLEET });
    expect(made).toThrow(expect.objectContaining({ code: 'SHARED_SIDE' }) as Error);
  });
});
