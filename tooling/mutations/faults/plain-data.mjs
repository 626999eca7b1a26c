const AREA = { package: 'cache-contract' };
const JSON_OF = { ...AREA, file: 'src/plain-data/plain-json.ts' };

/**
 * What both caches on servers write and read.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const plainData = [
  {
    ...AREA,
    file: 'src/plain-data/number-names.ts',
    id: 'plain-data/minus-zero',
    what: 'minus zero comes back as zero',
    find: "  if (Object.is(value, -0)) return '-0';\n",
    replace: '',
  },
  {
    ...JSON_OF,
    id: 'plain-data/list',
    what: 'undefined in a list comes back as null',
    find: 'Array.isArray(this) && original === undefined',
    replace: 'false',
  },
  {
    ...JSON_OF,
    id: 'plain-data/to-json',
    what: 'what an object writes in its own place is taken for it',
    find: "'toJSON' in value && typeof value.toJSON === 'function'",
    replace: 'false',
  },
];
