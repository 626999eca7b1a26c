import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readDocument, ROOT } from '../test/docs/document.js';

/** The hits, in percent, of each row of a table. */
function hitsIn(table: string): readonly number[] {
  const rows = table.matchAll(/^\| \d+ +\| \d+ s +\| \d+ s +\| ([\d.]+) %/gm);
  return [...rows].map(([, hits]) => Number(hits));
}

it('measures what the tuning guide says', () => {
  const { blocks, text } = readDocument('tuning.md');
  const measured = execFileSync('bash', ['-euc', blocks[0] ?? ''], { cwd: ROOT, encoding: 'utf8' });
  const [now, written] = [hitsIn(measured), hitsIn(text)];
  expect(written).toHaveLength(8);
  expect(now).toHaveLength(8);
  now.forEach((hits, row) => expect(Math.abs(hits - (written[row] ?? 0))).toBeLessThan(1));
});
