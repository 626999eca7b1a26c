import { CacheTTLManager, MemoryStore } from '@resync/cache-improved';
import { systemClock } from '@resync/cache-contract';
import { setImmediate as turn } from 'node:timers/promises';

const ENTRIES = 1e6;
/** Milliseconds from the start until the first entry ends; it has to be filled by then. */
const LEAD = 15_000;
/** The milliseconds within which all end. */
const WITHIN = 1000;
/** Milliseconds that our code may stall the event loop. */
export const STALL_BAR = 10;

/**
 * The longest times in milliseconds between two turns of the event loop while a million entries expire within
 * a second, of a Map and of ours; and the longest time of the processor that one clean-up took, which
 * other programs on the machine cannot lengthen.
 */
export async function longestStalls() {
  const map = await stallOfMap();
  const { stall, longestCleanup } = await stallOfStore();
  return { map, ours: stall, longestCleanup };
}

async function stallOfStore() {
  let left = ENTRIES;
  let longestCleanup = 0;
  const store = new MemoryStore({
    maxEntries: ENTRIES,
    onRemoval: () => {
      left -= 1;
    },
  });
  const manager = new CacheTTLManager({
    clock: systemClock,
    defaultTtl: LEAD,
    cleanupInterval: 5,
    removeExpired: (most) => {
      const before = process.cpuUsage();
      const isMore = store.removeExpired(most);
      const { user, system } = process.cpuUsage(before);
      longestCleanup = Math.max(longestCleanup, (user + system) / 1000);
      return isMore;
    },
  });
  const first = Date.now() + LEAD;
  for (let index = 0; index < ENTRIES; index += 1) {
    store.set(`user:${index}`, index, { ttl: endOf(index) + first - Date.now() });
  }
  await until(first);
  manager.start();
  const stall = await longestStallWhile(() => left > 0);
  manager.stop();
  return { stall, longestCleanup };
}

/** The same keys at the same pace. */
async function stallOfMap() {
  const map = new Map();
  for (let index = 0; index < ENTRIES; index += 1) map.set(`user:${index}`, index);
  const byEnd = Array.from({ length: WITHIN }, () => /** @type {string[]} */ ([]));
  for (let index = 0; index < ENTRIES; index += 1) byEnd[endOf(index)]?.push(`user:${index}`);
  await until(Date.now() + 1000);
  const start = performance.now();
  let done = 0;
  return longestStallWhile(() => {
    const due = Math.min(WITHIN, Math.floor(performance.now() - start));
    if (done < due) for (const key of byEnd[done++] ?? []) map.delete(key);
    return done < WITHIN;
  });
}

/** @param {number} index */
function endOf(index) {
  return (index * 7919) % WITHIN;
}

/** @param {() => boolean} isRunning asked once a turn */
async function longestStallWhile(isRunning) {
  let longest = 0;
  let last = performance.now();
  while (isRunning()) {
    await turn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

/** @param {number} moment */
async function until(moment) {
  while (Date.now() < moment) await turn();
}
