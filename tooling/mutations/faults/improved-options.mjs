const AREA = { package: 'cache-legacy', file: 'src/improved-options.ts' };

/**
 * The old options in the words of the new cache.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const improvedOptions = [
  {
    ...AREA,
    id: 'options/seconds',
    what: 'the default lifetime stays in seconds',
    find: 'defaultTtl: milliseconds(ttlSeconds)',
    replace: 'defaultTtl: ttlSeconds',
  },
  {
    ...AREA,
    id: 'options/endless-interval',
    what: 'an endless clean-up interval is passed on, which the new cache refuses',
    find: 'Math.min(cleanupInterval * SECOND, MAX_TTL)',
    replace: 'cleanupInterval * SECOND',
  },
  {
    ...AREA,
    id: 'options/no-bytes',
    what: 'less than a byte of memory becomes none, which the new cache refuses',
    find: 'Math.max(1, Math.floor(maxBytes))',
    replace: 'Math.floor(maxBytes)',
  },
  {
    ...AREA,
    id: 'options/weight',
    what: 'the key weighs nothing',
    find: 'entryWeight(key, value)',
    replace: "entryWeight(key && '', value)",
  },
  {
    ...AREA,
    id: 'options/typo',
    what: 'an option that the old cache does not know is dropped silently',
    find: "KNOWN.has(option) ? KNOWN.get(option) : 'not an option of AsyncTTLCache'",
    replace: 'KNOWN.get(option)',
  },
];
