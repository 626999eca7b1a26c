import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Here the demo's dependencies, which are all packages, can be imported.
const folder = fileURLToPath(new URL('../dist/readme-examples', import.meta.url));

const README_FILES = [
  'README.md',
  ...[
    'cache-contract',
    'cache-improved',
    'cache-legacy',
    'cache-migration',
    'migration-control',
    'migration-metrics',
  ].map((name) => `packages/${name}/README.md`),
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(README_FILES)('every example of %s runs, and ends by itself', (file) => {
  const examples = [...readFileSync(join(root, file), 'utf8').matchAll(/^```js\n([^]*?)^```$/gm)];
  expect(examples.length).toBeGreaterThan(0);
  mkdirSync(folder, { recursive: true });
  for (const [index, [, example = '']] of examples.entries()) {
    const program = join(folder, `${file.replaceAll('/', '-')}-${index}.mjs`);
    writeFileSync(program, example);
    const { status, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }
});
