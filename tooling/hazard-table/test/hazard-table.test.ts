import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { HazardTable, Verdict } from '@resync/tooling-hazards';
import { beforeAll, expect, it, vi } from 'vitest';
import { hazards } from '../src/command.js';
import { compare, ours } from '../src/compare.js';
import { withGeneratedPart } from '../src/generated-part.js';

const program = fileURLToPath(new URL('../dist/hazard-table.js', import.meta.url));
const document = readFileSync(new URL('../../../docs/hazards.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

let table: HazardTable;
const connecting = vi.spyOn(Socket.prototype, 'connect');

beforeAll(async () => {
  table = await compare();
});

async function command(given: HazardTable, ...args: string[]) {
  const [printed, written]: [string[], string[]] = [[], []];
  const code = await hazards(args, {
    compare: async () => given,
    ours,
    document: { read: () => document, write: (text) => written.push(text) },
    out: (text) => printed.push(text),
  });
  return { code, printed: printed.join(''), written };
}

it('is in docs/hazards.md as it comes out', async () => {
  const { written } = await command(table, '--write');
  expect(written).toEqual([document]);
});

it('is in short in README.md as it comes out', () => {
  const counts = (kind: Verdict['kind']): readonly number[] =>
    table.subjects.map(
      (_, column) => table.rows.filter(({ verdicts }) => verdicts[column]?.kind === kind).length,
    );
  for (const kind of ['broken', 'held', 'not offered'] as const) {
    const [launchDarkly, withFallback, resync] = counts(kind).slice(-3);
    const written = counts(kind).slice(0, -3);
    const cells = [
      `${Math.min(...written)} to ${Math.max(...written)}`,
      ...[launchDarkly, withFallback, resync].map(String),
    ];
    expect(readme.replaceAll(/ +|\*\*/g, ' ').replaceAll(/ +/g, ' ')).toContain(
      `| ${kind} | ${cells.join(' | ')} |`,
    );
  }
});

it('asks no network', () => {
  expect(connecting).not.toHaveBeenCalled();
});

it('says in every cell that is no ✓ what the caller saw, or what is not offered', () => {
  for (const { verdicts } of table.rows) {
    expect(verdicts).toHaveLength(table.subjects.length);
    for (const verdict of verdicts) {
      const text = verdict.kind === 'broken' ? verdict.saw : verdict.kind;
      expect(text).not.toBe('');
      expect(text).not.toContain('|');
    }
  }
});

it('prints a line for each hazard, and a line for each ✗', async () => {
  const { code, printed, written } = await command(table);
  expect({ code, written }).toEqual({ code: 0, written: [] });
  expect(printed).toMatch(/^ 1 {2}second write fails, then promotion +(✗ {2}){8}✓$/m);
  expect(printed).toContain(
    '\n 4  ✗ d e h: legacy has answered a read, the answer is on its way: read "old" after a delete was acknowledged',
  );
});

it('prints JSON', async () => {
  const { printed } = await command(table, '--json');
  const { launchDarklySdk, hazards: rows } = JSON.parse(printed) as {
    launchDarklySdk: string;
    hazards: { number: number; verdicts: Record<string, { kind: string }> }[];
  };
  expect(launchDarklySdk).toMatch(/^9\./);
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  expect(rows[8]?.verdicts).toMatchObject({
    LaunchDarkly: { kind: 'broken' },
    CacheMigrationManager: { kind: 'held' },
  });
});

it('ends with 1 where ours broke', async () => {
  const [first, ...others] = table.rows;
  if (first === undefined) throw new Error('expected sixteen rows; got none');
  const verdicts = first.verdicts.map(() => ({ kind: 'broken', saw: 'an old value' }) as const);
  const { code } = await command({ ...table, rows: [{ ...first, verdicts }, ...others] });
  expect(code).toBe(1);
});

it('refuses a document without markers', () => {
  expect(() => withGeneratedPart('# Hazards', 'table')).toThrow(/expected the markers/);
});

it('is built, and says how it is used', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(run('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('npm run hazards') as unknown,
    stderr: '',
  });
  expect(run('--jsno')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^resync: Unknown option '--jsno'/) as unknown,
  });
});
