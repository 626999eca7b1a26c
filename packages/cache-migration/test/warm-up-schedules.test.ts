import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CacheMigrationManager, type MigrationTarget } from '../src/index.js';
import { LADDER } from './fixtures/migration.js';
import { Calls } from './simulation/calls.js';
import { settled } from './simulation/settled.js';
import { SteppedCache } from './simulation/stepped-cache.js';

const KEYS = ['a', 'b'] as const;

/** What a client does meanwhile; each value is written once. */
const CLIENT = {
  set: (manager: CacheMigrationManager<string>, key: string, value: string) =>
    manager.set(key, value),
  delete: (manager: CacheMigrationManager<string>, key: string) => manager.delete(key),
  clear: (manager: CacheMigrationManager<string>) => manager.clear(),
  get: (manager: CacheMigrationManager<string>, key: string) => manager.get(key),
} as const;

/** A choice of the scheduler: which pending call takes its next step, or what a client begins. */
const choice = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 1000 }) },
  {
    weight: 1,
    arbitrary: fc.record({
      operation: fc.constantFrom(...(Object.keys(CLIENT) as (keyof typeof CLIENT)[])),
      key: fc.constantFrom(...KEYS),
    }),
  },
);

/** Two caches of which legacy alone holds something, and a manager that has climbed so far. */
async function migrationOf(rungs: number) {
  const clock = new ManualClock(1_000_000);
  const calls = new Calls();
  const legacy = new SteppedCache('legacy', calls, clock);
  const next = new SteppedCache('next', calls, clock);
  const manager = new CacheMigrationManager<string>({ component: 'test', legacy, next, clock });
  const pending = (): number => calls.pending.length;
  const carryOut = (index: number): void => {
    const call = calls.pending[index];
    if (call !== undefined) calls.step(call);
  };
  /** Carries out everything, call after call. */
  const settle = async (): Promise<void> => {
    for (let idle = 0; idle < 3; idle += 1) {
      await settled();
      for (; pending() > 0; idle = 0) {
        carryOut(0);
        await settled();
      }
    }
  };
  const climbed = LADDER.slice(0, rungs).reduce(
    (before, target: MigrationTarget) => before.then(() => manager.transition(target)),
    Promise.resolve(),
  );
  for (const key of KEYS) void legacy.set(key, `old ${key}`);
  await settle();
  await climbed;
  return { manager, legacy, next, carryOut, pending, settle };
}

it('whatever comes in between, next never holds what legacy does not', async () => {
  let copied = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(choice, { minLength: 10, maxLength: 60 }),
      async (rungs, choices) => {
        const { manager, legacy, next, carryOut, pending, settle } = await migrationOf(rungs);
        const warmUp = manager.warmUp();
        for (const [number, chosen] of choices.entries()) {
          await settled();
          if (typeof chosen === 'object') {
            void CLIENT[chosen.operation](manager, chosen.key, `${number} ${chosen.key}`);
          } else if (pending() > 0) carryOut(chosen % pending());
        }
        await settle();
        const progress = await warmUp.finished;
        copied += progress.copied;
        for (const key of KEYS) {
          expect([undefined, legacy.peek(key)]).toContain(next.peek(key));
        }
        expect(manager.status.next).toEqual({ isCold: false, dirtyKeys: 0, unsettled: 0 });
      },
    ),
    { numRuns: 400 },
  );
  expect(copied).toBeGreaterThan(300);
});
