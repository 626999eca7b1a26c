import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { misfits, seed } from '../fault.mjs';
import { faults } from '../faults.mjs';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));
const program = fileURLToPath(new URL('../mutations.mjs', import.meta.url));

it('has faults that fit the sources, each once', () => {
  expect(misfits(faults, (name) => packages + name)).toEqual([]);
  expect(faults.length).toBeGreaterThanOrEqual(25);
});

it('tells of a fault that no longer fits, and of an id that is there twice', () => {
  const [fault] = faults;
  if (fault === undefined) throw new Error('there are no faults');
  const folderOf = (name: string): string => packages + name;
  expect(misfits([{ ...fault, find: 'is not there' }], folderOf)).toEqual([
    expect.stringMatching(/^the fault legacy\/slide no longer fits: .* found it 0 times$/),
  ]);
  expect(misfits([fault, fault], folderOf)).toEqual([expect.stringContaining('twice')]);
  expect(() => seed({ ...fault, find: 'a' }, 'a a')).toThrow(/found it 2 times/);
  expect(() => seed({ ...fault, find: 'a', replace: 'a' }, 'a')).toThrow(/another in its place/);
});

function command(...args: string[]) {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

it('lists the faults, all and some', () => {
  const all = command('--list');
  expect(all.stdout.trimEnd().split('\n')).toHaveLength(faults.length);
  expect(all.stdout).not.toContain('\u001B');
  const some = JSON.parse(command('--list', '--json', '--only', 'facade/').stdout) as object[];
  expect(some).toHaveLength(faults.filter(({ id }) => id.startsWith('facade/')).length);
});

it('says how it is used', () => {
  expect(command('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('npm run mutations -- --only legacy/slide') as unknown,
  });
});

it.each([
  [['--only', 'legcy/'], /expected --only with an id or its beginning, of legacy\/, adapter\//],
  [['--onyl', 'legacy/'], /Unknown option '--onyl'/],
])('refuses %j in one line', (args, message) => {
  const { status, stderr, stdout } = command(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
});
