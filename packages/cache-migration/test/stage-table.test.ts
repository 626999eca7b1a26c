import { expect, it } from 'vitest';
import { OPERATIONS, TROUBLES, type Case } from './stage-table/case.js';
import { deviationsOf } from './stage-table/deviations.js';
import { runCase } from './stage-table/run-case.js';
import { ROW_NAMES, TABLE, type RowName } from './stage-table/table.js';

function casesOf(from: RowName, to: RowName): readonly Case[] {
  const isLegal = TABLE[from].neighbours.includes(to);
  // Who is in the safe harbour and flees there is there already.
  const isChange = isLegal && !(from === 'live 0' && to === 'live 0');
  const rows = { from: TABLE[from], to: TABLE[to], isLegal, isChange };
  return OPERATIONS.flatMap((operation) =>
    TROUBLES.map((trouble) => ({ ...rows, operation, trouble })),
  );
}

const PAIRS = ROW_NAMES.flatMap((from) => ROW_NAMES.map((to) => [from, to] as const));

it.each(PAIRS)(
  'whatever goes wrong, an operation begun in %s, and a change to %s behind it, end as the table says',
  async (from, to) => {
    const deviations: string[] = [];
    for (const given of casesOf(from, to)) {
      deviations.push(...deviationsOf(given, await runCase(given)));
    }
    expect(deviations).toEqual([]);
  },
);
