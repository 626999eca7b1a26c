import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mutations } from '../command.mjs';
import type { Fault } from '../fault.mjs';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const COUNT_DOWN = { package: 'sound', file: 'src/count-down.ts' };

const FAULTS = {
  caught: { ...COUNT_DOWN, what: 'stops early', find: 'left > 0', replace: 'left > 1' },
  'without-effect': {
    ...COUNT_DOWN,
    what: 'has another comment',
    find: '// One at a time.',
    replace: '// One by one.',
  },
  endless: { ...COUNT_DOWN, what: 'goes nowhere', find: 'left -= 1', replace: 'left -= 0' },
  'no-program': {
    ...COUNT_DOWN,
    what: 'is no program',
    find: 'return steps;',
    replace: 'return (',
  },
  'not-loaded': {
    package: 'sound',
    file: 'src/nobody-asks.ts',
    what: 'is another number',
    find: '= 1',
    replace: '= 2',
  },
} satisfies Record<string, Omit<Fault, 'id'>>;

/** Runs the command on some of these faults. */
async function runWith(
  names: readonly (keyof typeof FAULTS)[],
  { args = [], limitSeconds = 60 }: { args?: string[]; limitSeconds?: number } = {},
) {
  let out = '';
  const code = await mutations(args, {
    faults: names.map((name) => ({ id: `fixture/${name}`, ...FAULTS[name] })),
    folderOf: (name) => fixtures + name,
    limitSeconds,
    out: (text) => (out += text),
    progress: () => undefined,
    colouring: 'plain',
  });
  return { code, out };
}

it('ends well where the tests fail or hang, and names the test', async () => {
  const { code, out } = await runWith(['caught', 'endless'], { limitSeconds: 5 });
  expect(out).toContain(
    'caught     fixture/caught   stops early  (by: count-down.test.ts > counts',
  );
  expect(out).toContain('hung       fixture/endless  goes nowhere  (the tests were not done after');
  expect(out).toContain('2 of 2 seeded faults caught');
  expect(code).toBe(0);
});

it('fails where a fault survives, and says what to do', async () => {
  const { code, out } = await runWith(['caught', 'without-effect']);
  expect(out).toContain('survived   fixture/without-effect  has another comment\n');
  expect(out).toContain('1 of 2 seeded faults caught');
  expect(out).toContain('write one in packages/sound/test that fails there');
  expect(code).toBe(1);
});

it('takes neither a file that nobody loads nor one that cannot be read for caught', async () => {
  const { code, out } = await runWith(['not-loaded', 'no-program'], { args: ['--json'] });
  expect(JSON.parse(out)).toMatchObject({
    verdict: 'failed',
    caught: 0,
    faults: [
      { kind: 'not tried', why: 'no test loads the file' },
      { kind: 'not tried', why: expect.stringContaining('could not be run') as unknown },
    ],
  });
  expect(code).toBe(1);
});

it('tries nothing where the tests fail without a fault', async () => {
  const run = mutations([], {
    faults: [
      {
        package: 'failing',
        file: 'src/one.ts',
        id: 'fixture/failing',
        what: 'is three',
        find: '2',
        replace: '3',
      },
    ],
    folderOf: (name) => fixtures + name,
    limitSeconds: 60,
    out: () => undefined,
    progress: () => undefined,
    colouring: 'plain',
  });
  await expect(run).rejects.toThrow(
    'the tests of failing must pass without a fault: one.test.ts > is one fails',
  );
});
