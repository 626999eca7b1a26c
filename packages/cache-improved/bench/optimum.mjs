/**
 * The hits of a cache that knows the future and evicts what is asked for last: Belady (1966). What is
 * asked for again last is found in a heap of the next requests, in which old ones stay until they come up.
 *
 * @param {Uint32Array} requests
 * @param {number} entries
 */
export function hitsOfOptimum(requests, entries) {
  const next = nextRequests(requests);
  const heap = new LastFirst();
  /** @type {Map<number, number>} the next request for each key that is held */
  const held = new Map();
  let hits = 0;
  for (const [index, key] of requests.entries()) {
    if (held.has(key)) hits += 1;
    held.set(key, next[index] ?? Infinity);
    heap.push(next[index] ?? Infinity, key);
    while (held.size > entries) {
      const { at, key: last } = heap.pop();
      if (held.get(last) === at) held.delete(last);
    }
  }
  return hits;
}

/** @param {Uint32Array} requests where each key is asked for next; those that never are, one after the other */
function nextRequests(requests) {
  const next = new Float64Array(requests.length);
  const seen = new Map();
  for (let index = requests.length - 1; index >= 0; index -= 1) {
    const key = requests[index];
    next[index] = seen.get(key) ?? requests.length + index;
    seen.set(key, index);
  }
  return next;
}

/** A binary heap of keys, the one with the latest moment on top. */
class LastFirst {
  /** @type {number[]} */
  #moments = [];
  /** @type {number[]} */
  #keys = [];

  /** @param {number} at @param {number} key */
  push(at, key) {
    let index = this.#moments.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) >= at) break;
      this.#put(index, this.#at(parent), this.#keys[parent] ?? 0);
      index = parent;
    }
    this.#put(index, at, key);
  }

  pop() {
    const top = { at: this.#at(0), key: this.#keys[0] ?? 0 };
    const at = this.#moments.pop() ?? 0;
    const key = this.#keys.pop() ?? 0;
    const length = this.#moments.length;
    if (length === 0) return top;
    let index = 0;
    for (let child = 1; child < length; child = 2 * index + 1) {
      if (child + 1 < length && this.#at(child + 1) > this.#at(child)) child += 1;
      if (this.#at(child) <= at) break;
      this.#put(index, this.#at(child), this.#keys[child] ?? 0);
      index = child;
    }
    this.#put(index, at, key);
    return top;
  }

  /** @param {number} index */
  #at(index) {
    return this.#moments[index] ?? 0;
  }

  /** @param {number} index @param {number} at @param {number} key */
  #put(index, at, key) {
    this.#moments[index] = at;
    this.#keys[index] = key;
  }
}
