import { systemClock, type Clock } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { bucketOf, ServiceMigration, type MethodPolicy } from '../../src/index.js';

type Ask = (...args: unknown[]) => Promise<string>;

/** Who answers at `percentage` of a service with one method. */
async function askedAt(percentage: number, policy: Partial<MethodPolicy<Ask>> = {}): Promise<Ask> {
  const { service, ...migration } = await migrationAt(percentage, policy);
  expect(migration.percentage).toBe(percentage);
  return service.ask;
}

async function migrationAt(
  percentage: number,
  policy: Partial<MethodPolicy<Ask>>,
  clock: Clock = systemClock,
) {
  const migration = new ServiceMigration<{ ask: Ask }>({
    component: 'test',
    legacy: { ask: async () => 'legacy' },
    next: { ask: async () => 'next' },
    methods: { ask: { idempotent: true, ...policy } },
    clock,
  });
  await migration.transition({ stage: 'dualwrite' });
  await migration.transition({ stage: 'shadow' });
  await migration.transition({ stage: 'live', percentage: 0 });
  await migration.transition({ stage: 'live', percentage });
  return { service: migration.service, migration, percentage: migration.state.percentage };
}

const sideOf = (key: string): string => (bucketOf(key) < 5000 ? 'next' : 'legacy');

it.each([
  [['J1', 'run'], 'J1'],
  [['J2'], 'J2'],
  [['J5'], 'J5'],
  [[{ id: 1 }, 'x'], '[{"id":1},"x"]'],
  [[{ id: 3 }], '[{"id":3}]'],
  [[7], '[7]'],
  [[8], '[8]'],
  [[], 'ask'],
  [[10n], 'ask'],
])('a call with %o goes by the key %s', async (args, key) => {
  const ask = await askedAt(50);
  expect(await ask(...args)).toBe(sideOf(key));
});

it('a method can say by which key its calls go', async () => {
  const ask = await askedAt(50, { key: (_tenant, id) => String(id) });
  for (let id = 0; id < 20; id += 1) expect(await ask('tenant', id)).toBe(sideOf(String(id)));
});

it.each<[unknown, string]>([
  [7, '7'],
  [10n, '10'],
  [true, 'true'],
  ['', ''],
  [undefined, 'ask'],
  [null, 'ask'],
  [Object.create(null), 'ask'],
])('a key that is %o counts as the text %j', async (given, key) => {
  const ask = await askedAt(50, { key: () => given as string });
  expect(await ask('J1')).toBe(sideOf(key));
});

it('a key that is a number spreads calls as its text does', async () => {
  const ask = await askedAt(50, { key: (id) => id as string });
  for (let id = 0; id < 20; id += 1) expect(await ask(id)).toBe(sideOf(String(id)));
});

it('an odd key leaves nothing behind that a step would wait for', async () => {
  const clock = new ManualClock(0);
  const key = () => undefined as never;
  const { service, migration } = await migrationAt(50, { key }, clock);
  for (let call = 0; call < 3; call += 1) expect(await service.ask('J1')).toBe(sideOf('ask'));
  await migration.transition({ stage: 'live', percentage: 60 });
  expect(clock.now()).toBe(0);
});

it('calls whose key cannot be worked out go by the name of the method', async () => {
  const ask = await askedAt(50, {
    key: () => {
      throw new Error('odd');
    },
  });
  expect(await ask('J1')).toBe(sideOf('ask'));
});

it('the key is not worked out at 0 and at 100', async () => {
  let keys = 0;
  const key = (): string => {
    keys += 1;
    return 'key';
  };
  expect(await (await askedAt(0, { key }))('J')).toBe('legacy');
  expect(await (await askedAt(100, { key }))('J')).toBe('next');
  expect(keys).toBe(0);
});

it('a key changes sides once while the percentage rises', async () => {
  const asks = await Promise.all([0, 10, 25, 50, 100].map((percentage) => askedAt(percentage)));
  for (let id = 0; id < 50; id += 1) {
    const sides = await Promise.all(asks.map((ask) => ask(`job-${id}`)));
    expect(sides.join(' ')).toMatch(/^(legacy ?)+(next ?)+$/);
  }
});
