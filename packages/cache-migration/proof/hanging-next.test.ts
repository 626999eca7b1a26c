import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { MigrationTarget } from '../src/index.js';
import { operateWithHangingNext } from '../test/fixtures/hanging-next.js';

const OPERATIONS = 200_000;
/** What a leak of one hundred bytes an operation would exceed tenfold. */
const FLAT_MB = 2;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapInMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

it.each<MigrationTarget>([
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  { stage: 'live', percentage: 100 },
])('memory is flat while next hangs for ever, in %j', async (target) => {
  const heaps: number[] = [];
  const { errors, delayed } = await operateWithHangingNext(target, OPERATIONS, (made) => {
    // After a tenth everything has reached its bound.
    if (made === OPERATIONS / 10 || made === OPERATIONS - 1) heaps.push(heapInMegabytes());
  });
  const [before = NaN, after = NaN] = heaps;
  process.stdout.write(
    `next hangs in ${target.stage}: ${OPERATIONS} operations, ${errors} errors, ${delayed} delayed, ` +
      `heap ${before.toFixed(1)} MB after a tenth, ${after.toFixed(1)} MB at the end\n`,
  );
  expect(errors).toBe(0);
  expect(after - before).toBeLessThan(FLAT_MB);
});
