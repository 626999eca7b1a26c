import { describe, expect, it } from 'vitest';
import { migrationAt } from './fixtures/migration.js';

const LIVE = { stage: 'live', percentage: 100 } as const;

describe.each([100, Infinity])('a side that throws, with a limit of %s ms', (limit) => {
  const limits = { legacy: limit, next: limit };
  const broken = (): never => {
    throw new Error('thrown, not rejected');
  };

  it('has failed: legacy answers in place of next', async () => {
    const { manager, next } = await migrationAt(LIVE, { limits });
    await manager.set('key', 'value');
    next.get = broken;
    await expect(manager.get('key')).resolves.toBe('value');
  });

  it('has failed: the caller gets the error of legacy', async () => {
    const { manager, legacy } = await migrationAt({ stage: 'live', percentage: 0 }, { limits });
    legacy.get = broken;
    const read = manager.get('key');
    await expect(read).rejects.toThrow('thrown, not rejected');
  });
});
