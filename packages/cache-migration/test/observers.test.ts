import { describe, expect, it } from 'vitest';
import { combineObservers } from '../src/index.js';
import { migrationAt, promisesToSettle } from './fixtures/migration.js';

/** Rejects as an async function does; who handles that is counted. */
function rejection(): { readonly promise: Promise<never>; readonly isHandled: () => boolean } {
  let isHandled = false;
  const promise = Promise.reject(new Error('a bad observer'));
  const then = promise.then.bind(promise);
  promise.then = ((resolve, reject) => {
    isHandled ||= reject !== undefined && reject !== null;
    return then(resolve, reject);
  }) as typeof promise.then;
  return { promise, isHandled: () => isHandled };
}

describe('what an async observer rejects with', () => {
  it('is dropped, like what another one throws', async () => {
    const { promise, isHandled } = rejection();
    const observer = combineObservers({ stateChanged: () => promise as unknown as undefined });
    const { manager } = await migrationAt('off', { observer });
    await manager.transition({ stage: 'dualwrite' });
    expect(isHandled()).toBe(true);
    await expect(promise).rejects.toThrow('a bad observer');
  });

  it('is dropped in a warm-up too', async () => {
    const { promise, isHandled } = rejection();
    const { manager } = await migrationAt({ stage: 'dualwrite' });
    const onProgress = () => promise as unknown as undefined;
    expect(await manager.warmUp({ onProgress }).finished).toMatchObject({ state: 'done' });
    await promisesToSettle();
    expect(isHandled()).toBe(true);
    await expect(promise).rejects.toThrow('a bad observer');
  });
});
