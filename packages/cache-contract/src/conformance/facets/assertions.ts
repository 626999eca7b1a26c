import assert from 'node:assert/strict';
import type { Cache } from '../../cache.js';
import { CacheError, type CacheErrorCode } from '../../cache-error.js';

/** The key is a miss by every way of asking. */
export async function assertMiss(cache: Cache, key: string): Promise<void> {
  assert.equal(await cache.has(key), false, `has(${JSON.stringify(key)})`);
  assert.equal(await cache.get(key), undefined, `get(${JSON.stringify(key)})`);
  assert.deepEqual(await cache.lookup(key), { kind: 'miss' }, `lookup(${JSON.stringify(key)})`);
}

/** The key is a hit with this value by every way of asking. */
export async function assertHit(cache: Cache, key: string, value: unknown): Promise<void> {
  assert.equal(await cache.has(key), true, `has(${JSON.stringify(key)})`);
  assert.deepEqual(await cache.get(key), value, `get(${JSON.stringify(key)})`);
  const found = await cache.lookup(key);
  assert.equal(found.kind, 'hit', `lookup(${JSON.stringify(key)}).kind`);
  assert.deepEqual(found.value, value);
}

/** The call returns a promise, and that rejects with a CacheError of this code. */
export async function assertRefused(
  code: CacheErrorCode,
  what: string,
  call: () => Promise<unknown>,
): Promise<void> {
  let promise: Promise<unknown>;
  try {
    promise = call();
  } catch (error) {
    assert.fail(`${what} threw instead of rejecting: ${String(error)}`);
  }
  const outcome = await promise.then(
    (answer) => ({ refused: false as const, answer }),
    (error: unknown) => ({ refused: true as const, error }),
  );
  assert.ok(outcome.refused, `${what} was expected to be refused with ${code}, it was accepted`);
  assert.ok(
    outcome.error instanceof CacheError,
    `${what} was refused with ${String(outcome.error)}, which is no CacheError`,
  );
  assert.equal(outcome.error.code, code, `${what} was refused with another code`);
  assert.ok(outcome.error.message.length > 0, `${what} was refused without a message`);
}

/** After whatever was tried, everything works as ever. */
export async function assertUsable(cache: Cache): Promise<void> {
  await cache.set('usable', 'first');
  await cache.set('usable', 'second');
  await assertHit(cache, 'usable', 'second');
  assert.ok((await cache.getKeys()).includes('usable'), 'getKeys()');
  assert.ok((await cache.size()) >= 1, 'size()');
  await cache.getStats();
  assert.equal(await cache.delete('usable'), true, 'delete()');
  await assertMiss(cache, 'usable');
}
