import { compareCaches, formatPreflight } from '@resync/cache-contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PAIRS } from './fixtures/pairs.js';
import { Servers } from './fixtures/servers.js';

const servers = new Servers();

beforeAll(() => servers.start());
afterAll(() => servers.stop());

it.each(PAIRS)('$title', async ({ legacy, next }) => {
  const [left, right] = [legacy.open(servers), next.open(servers)];
  const live = await compareCaches(left, right);
  console.log('LIVE', legacy.name, next.name, formatPreflight(live));
  const t=performance.now();
  const scratch = await compareCaches(left, right, {
    scratch: {
      legacy: (context) => legacy.open(servers, context),
      next: (context) => next.open(servers, context),
    },
  });
  console.log('SCRATCH', performance.now()-t, legacy.name, next.name, formatPreflight(scratch));
  expect(live.blocks).toBeGreaterThan(-1);
});
