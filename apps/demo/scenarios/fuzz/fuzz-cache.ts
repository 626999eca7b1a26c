import { isDeepStrictEqual } from 'node:util';
import { CacheError } from '@resync/cache-contract';
import { ChaosCache, ManualClock } from '@resync/cache-contract/testing';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { createImprovedCache, type RouterFactory } from '../../server/component-migration.js';
import { badKey, badTtl, someKey, someTtl, someValue, type Dice } from './hostile.js';

/** What a fuzzed cache did. */
export interface CacheFuzzing {
  readonly operations: number;
  /** Hostile arguments that were not refused, or not with a clear error. */
  readonly taken: readonly string[];
  /** Reads of something else than the last value that was written. */
  readonly wrong: readonly string[];
}

interface Written {
  readonly value: unknown;
  readonly isGone: boolean;
}

const DEFAULT_TTL_MS = 60_000;
/** Of the writes of next. */
const FAILING = 0.2;

/** One caller does what nobody should, to a cache in the middle of a migration whose new side fails now and then. */
export async function fuzzCache(
  createRouter: RouterFactory,
  { dice, operations }: { readonly dice: Dice; readonly operations: number },
): Promise<CacheFuzzing> {
  const clock = new ManualClock(1_800_000_000_000);
  const old = new AsyncTTLCache<unknown>({ clock, ttlSeconds: DEFAULT_TTL_MS / 1000 });
  const next = new ChaosCache<unknown>(createImprovedCache(DEFAULT_TTL_MS, { clock }), {
    clock,
    seed: dice.number(1_000_000),
  });
  const router = createRouter<unknown>({
    component: 'fuzzed',
    legacy: legacyCache(old),
    next,
    clock,
    soleProcess: true,
    random: () => dice.uniform(),
  });
  for (const stage of ['dualwrite', 'shadow'] as const) await router.transition({ stage });
  for (const percentage of [0, 50]) await router.transition({ stage: 'live', percentage });
  next.inject({ kind: 'fail' }, { operations: ['set', 'fill', 'delete'], rate: FAILING });

  const written = new Map<string, Written>();
  const taken: string[] = [];
  const wrong: string[] = [];
  const refuses = async (what: string, call: () => Promise<unknown>): Promise<void> => {
    try {
      await call();
      taken.push(`${what} was taken`);
    } catch (error) {
      if (!(error instanceof CacheError)) taken.push(`${what} ended in ${String(error)}`);
    }
  };
  const read = async (key: string): Promise<void> => {
    const found = await router.lookup(key);
    if (found.kind === 'miss') return;
    const last = written.get(key);
    if (last !== undefined && !last.isGone && isDeepStrictEqual(found.value, last.value)) return;
    wrong.push(`${JSON.stringify(key.slice(0, 20))} was read as ${JSON.stringify(found.value)}`);
  };
  for (let mark = 1; mark <= operations; mark += 1) {
    const key = someKey(dice);
    const choice = dice.number(20);
    if (choice < 9) await read(key);
    else if (choice < 13) {
      const value = someValue(dice, mark);
      const ttl = someTtl(dice);
      await router.set(key, value, { ttl });
      written.set(key, { value, isGone: ttl === 0 });
    } else if (choice < 15) {
      await router.delete(key);
      written.set(key, { value: undefined, isGone: true });
    } else if (choice < 16) clock.advance(dice.number(2000));
    else if (choice < 17) {
      await router.transition({ stage: 'live', percentage: dice.oneOf([10, 50, 90]) });
    } else if (choice < 18) {
      const bad = badKey(dice) as string;
      await refuses(`the key ${JSON.stringify(bad).slice(0, 20)}`, () => router.set(bad, mark));
      await refuses(`the key ${JSON.stringify(bad).slice(0, 20)}`, () => router.get(bad));
    } else if (choice < 19) {
      const ttl = badTtl(dice) as number;
      await refuses(`the lifetime ${String(ttl)}`, () => router.set(key, mark, { ttl }));
    } else await refuses('the value undefined', () => router.set(key, undefined));
  }
  await router.shutdown();
  return { operations, taken, wrong };
}
