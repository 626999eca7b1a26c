const KEYS = Array.from({ length: 1000 }, (_, number) => `user:${number}:profile`);

/** @param {number} index */
const keyAt = (index) => /** @type {string} */ (KEYS[index % KEYS.length]);

/** @typedef {Pick<import('@resync/cache-contract').Cache<number>, 'get' | 'set'>} Readable */

/** @param {Pick<Readable, 'get'>} cache @returns {import('./compare.mjs').Loop} */
export const gets = (cache) => async (count) => {
  for (let index = 0; index < count; index += 1) await cache.get(keyAt(index));
};

/** @param {Pick<Readable, 'set'>} cache @returns {import('./compare.mjs').Loop} */
export const sets = (cache) => async (count) => {
  for (let index = 0; index < count; index += 1) await cache.set(keyAt(index), index);
};

/**
 * Both in a row, as somebody would write it by hand who is content that nothing goes wrong.
 *
 * @param {Pick<Readable, 'set'>} first
 * @param {Pick<Readable, 'set'>} second
 * @returns {import('./compare.mjs').Loop}
 */
export const setsOnBoth = (first, second) => async (count) => {
  for (let index = 0; index < count; index += 1) {
    await first.set(keyAt(index), index);
    await second.set(keyAt(index), index);
  }
};

/** @param {Pick<Readable, 'set'>} cache */
export async function fill(cache) {
  for (const key of KEYS) await cache.set(key, 1);
}
