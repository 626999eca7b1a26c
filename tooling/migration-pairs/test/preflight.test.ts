import { compareCaches, type PreflightReport } from '@resync/cache-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pair } from './fixtures/pairs.js';
import { PAIRS } from './fixtures/pairs.js';
import { Servers } from './fixtures/servers.js';

const servers = new Servers();

beforeAll(() => servers.start());
afterAll(() => servers.stop());

const MIXED = 'warning sharing';
const REFUSED = 'blocks sharing';

/** What the preflight warns of or refuses, and nothing else. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'lru-cache to improved memory': ['warning aliasing', 'warning bounds'],
  'lru-cache to improved Redis': [MIXED, 'warning aliasing', 'warning bounds'],
  'node-cache to improved memory': ['warning aliasing', 'warning bounds'],
  'node-cache to improved Redis': [MIXED, 'warning bounds'],
  'keyv to improved memory': ['warning aliasing', 'warning bounds'],
  'keyv to improved Redis': [MIXED],
  'cache-manager to improved memory': ['warning aliasing', 'warning bounds'],
  'cache-manager to improved Redis': [MIXED, 'warning aliasing'],
  'Redis to improved memory': [REFUSED, 'warning aliasing', 'warning bounds'],
  'Redis to improved Redis': [],
  'memcached to improved memory': [
    REFUSED,
    'warning aliasing',
    'warning bounds',
    'warning removals',
    'warning clean-up',
  ],
  'memcached to improved Redis': [],
};

function preflight({ legacy, next }: Pair, soleProcess?: true): Promise<PreflightReport> {
  return compareCaches(legacy.open(servers), next.open(servers), {
    scratch: {
      legacy: (context) => legacy.open(servers, context),
      next: (context) => next.open(servers, context),
    },
    ...(soleProcess && { soleProcess }),
  });
}

const told = ({ findings }: PreflightReport) => [
  ...new Set(
    findings
      .filter(({ verdict }) => verdict !== 'fine')
      .map(({ verdict, behaviour }) => `${verdict} ${behaviour}`),
  ),
];

describe('before it begins, the preflight', () => {
  it.each(PAIRS)('says what $title cannot promise', async (pair) => {
    expect(told(await preflight(pair))).toEqual(EXPECTED[pair.title]);
  });

  it.each(PAIRS)('lets $title go where one process alone uses it', async (pair) => {
    const { findings, blocks } = await preflight(pair, true);
    expect(blocks).toBe(0);
    expect(findings.find(({ behaviour }) => behaviour === 'sharing')?.verdict).toBe('fine');
  });
});
