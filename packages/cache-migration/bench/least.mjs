/**
 * The least that any wrapper does who keeps the promises, with nothing recorded and nothing decided:
 * what these cost, no migration can go below on this machine.
 */

/** @typedef {import('./bare-cache.mjs').BareCache} BareCache */

/** A set that is counted while it is under way. @param {BareCache} cache */
export function countedSet(cache) {
  let underWay = 0;
  const end = () => {
    underWay -= 1;
  };
  return {
    get isIdle() {
      return underWay === 0;
    },
    /** @param {string} key @param {number} value */
    set(key, value) {
      underWay += 1;
      const answer = cache.set(key, value);
      answer.then(end, end);
      return answer;
    },
  };
}

/** A get whose answer is looked at, with somebody to ask where it is a miss. @param {BareCache} cache @param {BareCache} other */
export function lookedAtGet(cache, other) {
  return {
    /** @param {string} key */
    get(key) {
      return cache.get(key).then(
        (value) => value ?? other.get(key),
        () => other.get(key),
      );
    },
  };
}

/** The caller waits for the first alone; the second follows. @param {BareCache} first @param {BareCache} second */
export function followedSet(first, second) {
  return {
    /** @param {string} key @param {number} value */
    set(key, value) {
      const answer = first.set(key, value);
      answer.then(() => void second.set(key, value).then(ignore, ignore), ignore);
      return answer;
    },
  };
}

/** The caller waits for the second, which follows the first. @param {BareCache} first @param {BareCache} second */
export function chainedSet(first, second) {
  return {
    /** @param {string} key @param {number} value @returns {Promise<void>} */
    set(key, value) {
      return first.set(key, value).then(() => second.set(key, value));
    },
  };
}

function ignore() {
  return undefined;
}
