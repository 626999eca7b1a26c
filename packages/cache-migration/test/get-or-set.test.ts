import type { SetOptions } from '@resync/cache-contract';
import { describe, expect, it } from 'vitest';
import type { MigrationTarget } from '../src/index.js';
import { migrationAt, promisesToSettle } from './fixtures/migration.js';

/** A loader that waits to be told what it loads. */
function slowLoader() {
  let calls = 0;
  let answer: (value: string) => void = () => undefined;
  let refuse: (error: Error) => void = () => undefined;
  const load = (): Promise<string> => {
    calls += 1;
    return new Promise((resolve, reject) => {
      answer = resolve;
      refuse = reject;
    });
  };
  return {
    load,
    calls: () => calls,
    answer: (value: string) => answer(value),
    refuse: (error: Error) => refuse(error),
  };
}

/** A value was loaded, and the caches have not answered to its set. */
async function storing(place: MigrationTarget | 'off', options?: SetOptions) {
  const { clock, manager, legacy, next } = await migrationAt(place);
  for (const side of [legacy, next]) side.inject({ kind: 'hang' }, { operations: ['set'] });
  const read = manager.getOrSet('key', () => 'loaded', options);
  await promisesToSettle();
  const release = async (): Promise<void> => {
    for (const side of [legacy, next]) {
      side.heal();
      side.release();
      await promisesToSettle();
    }
    expect(await read).toBe('loaded');
    await promisesToSettle();
  };
  return { clock, manager, release };
}

const PLACES: readonly (MigrationTarget | 'off')[] = [
  'off',
  { stage: 'dualwrite' },
  { stage: 'live', percentage: 50 },
  { stage: 'rampdown' },
  { stage: 'complete' },
];

describe.each(PLACES.map((place) => [JSON.stringify(place), place] as const))(
  'in %s',
  (_, place) => {
    it('loads once for all that miss together, and stores', async () => {
      const { manager } = await migrationAt(place);
      const loader = slowLoader();
      const reads = [1, 2, 3].map(() => manager.getOrSet('key', loader.load));
      await promisesToSettle();
      loader.answer('loaded');
      expect(await Promise.all(reads)).toEqual(['loaded', 'loaded', 'loaded']);
      expect(loader.calls()).toBe(1);
      expect(await manager.getOrSet('key', () => 'not asked')).toBe('loaded');
    });

    it.each([
      ['a set', 'newer'],
      ['a delete', undefined],
      ['a clear', undefined],
    ])('stores nothing over %s that came while it was loading', async (write, expected) => {
      const { manager } = await migrationAt(place);
      const loader = slowLoader();
      const read = manager.getOrSet('key', loader.load);
      await promisesToSettle();
      if (write === 'a set') await manager.set('key', 'newer');
      else if (write === 'a delete') await manager.delete('key');
      else await manager.clear();
      loader.answer('older');
      expect(await read).toBe('older');
      expect(await manager.get('key')).toBe(expected);
    });

    it('loads once for those too that miss while what was loaded is being stored', async () => {
      const { manager, release } = await storing(place);
      const again = slowLoader();
      expect(await manager.getOrSet('key', again.load)).toBe('loaded');
      expect(again.calls()).toBe(0);
      await release();
      expect(await manager.get('key')).toBe('loaded');
    });

    it.each(['a set', 'a delete', 'a clear'])(
      'does not let a read that began after %s share what is being stored',
      async (write) => {
        const { manager, release } = await storing(place);
        const written =
          write === 'a set'
            ? manager.set('key', 'newer')
            : write === 'a delete'
              ? manager.delete('key')
              : manager.clear();
        expect(await manager.getOrSet('key', () => 'fresh')).toBe('fresh');
        await release();
        await written;
        expect(await manager.get('key')).toBe(write === 'a set' ? 'newer' : undefined);
      },
    );

    it('shares what is being stored no longer than it lives', async () => {
      const { clock, manager, release } = await storing(place, { ttl: 5 });
      clock.advance(4);
      expect(await manager.getOrSet('key', () => 'fresh')).toBe('loaded');
      clock.advance(1);
      expect(await manager.getOrSet('key', () => 'fresh')).toBe('fresh');
      await release();
    });

    it('does not let a read that began after a write share an older load', async () => {
      const { manager } = await migrationAt(place);
      const older = slowLoader();
      const before = manager.getOrSet('key', older.load);
      await promisesToSettle();
      await manager.delete('key');
      const after = manager.getOrSet('key', () => 'fresh');
      expect(await after).toBe('fresh');
      older.answer('old');
      await before;
      expect(await manager.get('key')).toBe('fresh');
    });
  },
);

it('does not let a read share what is being stored across a change of stage', async () => {
  const { manager, release } = await storing({ stage: 'live', percentage: 50 });
  await manager.rollback('to be tested');
  expect(await manager.getOrSet('key', () => 'fresh')).toBe('fresh');
  await release();
});

it('stores nothing that was loaded across a change of stage', async () => {
  const { manager } = await migrationAt('off');
  const loader = slowLoader();
  const read = manager.getOrSet('key', loader.load);
  await promisesToSettle();
  await manager.transition({ stage: 'dualwrite' });
  loader.answer('loaded');
  expect(await read).toBe('loaded');
  expect(await manager.get('key')).toBeUndefined();
});

it('rejects as the loader does, for all that share it, and loads again afterwards', async () => {
  const { manager } = await migrationAt('off');
  const loader = slowLoader();
  const reads = [1, 2].map(() => manager.getOrSet('key', loader.load));
  await promisesToSettle();
  loader.refuse(new Error('no answer'));
  for (const read of reads) await expect(read).rejects.toThrow('no answer');
  expect(await manager.getOrSet('key', () => 'loaded')).toBe('loaded');
});

it('takes null for a value, and undefined for a mistake', async () => {
  const { manager } = await migrationAt('off');
  expect(await manager.getOrSet('nothing', () => null)).toBeNull();
  expect(await manager.getOrSet('nothing', () => 'not asked')).toBeNull();
  await expect(manager.getOrSet('mistake', () => undefined)).rejects.toMatchObject({
    code: 'INVALID_VALUE',
  });
});

it('gives back what it loaded even where no cache can store it', async () => {
  const { manager, legacy } = await migrationAt({ stage: 'live', percentage: 50 });
  const loader = slowLoader();
  const read = manager.getOrSet('key', loader.load);
  await promisesToSettle();
  legacy.inject({ kind: 'fail' });
  loader.answer('loaded');
  expect(await read).toBe('loaded');
});

it('gives what it stores the lifetime that was asked for, from the moment of storing', async () => {
  const { clock, manager } = await migrationAt({ stage: 'live', percentage: 50 });
  const loader = slowLoader();
  const read = manager.getOrSet('key', loader.load, { ttl: 100 });
  await promisesToSettle();
  clock.advance(500);
  loader.answer('loaded');
  await read;
  clock.advance(99);
  expect(await manager.has('key')).toBe(true);
  clock.advance(1);
  expect(await manager.has('key')).toBe(false);
});

it('refuses a lifetime that is none before anything is loaded', async () => {
  const { manager } = await migrationAt('off');
  const loader = slowLoader();
  await expect(manager.getOrSet('key', loader.load, { ttl: -1 })).rejects.toMatchObject({
    code: 'INVALID_TTL',
  });
  expect(loader.calls()).toBe(0);
});
