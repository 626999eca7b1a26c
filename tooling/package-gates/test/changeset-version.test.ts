import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runTool } from '../run-tool.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const NOT_COPIED = ['node_modules', 'dist', '.git', '.turbo'];
// What others build meanwhile comes and goes beside its configuration.
const isLeftOut = (name: string): boolean =>
  NOT_COPIED.includes(name) || /\.(bundled|timestamp)[_-]/.test(name);

it('versions a copy of the workspace: new version, changelog, dependents raised', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'resync-version-'));
  try {
    cpSync(root, copy, {
      recursive: true,
      filter: (path) => path === root || !isLeftOut(basename(path)),
    });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    for (const file of readdirSync(join(copy, '.changeset'))) {
      if (file.endsWith('.md')) rmSync(join(copy, '.changeset', file));
    }
    writeFileSync(
      join(copy, '.changeset', 'one.md'),
      "---\n'@resync/cache-contract': minor\n---\n\nSomething new.\n",
    );
    const before = manifest(copy, 'cache-contract').version;

    const changesets = createRequire(import.meta.url).resolve('@changesets/cli/package.json');
    await runTool(process.execPath, [join(dirname(changesets), 'bin.js'), 'version'], copy);

    const contract = manifest(copy, 'cache-contract');
    expect(contract.version).not.toBe(before);
    expect(
      readFileSync(join(copy, 'packages', 'cache-contract', 'CHANGELOG.md'), 'utf8'),
    ).toContain('Something new.');
    const dependent = manifest(copy, 'cache-migration');
    expect(dependent.version).not.toBe(manifest(root, 'cache-migration').version);
    expect(dependent.dependencies?.['@resync/cache-contract']).toMatch(/^workspace:/);
    expect(readdirSync(join(copy, '.changeset'))).not.toContain('one.md');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

function manifest(
  folder: string,
  name: string,
): { version: string; dependencies?: Record<string, string> } {
  const file = join(folder, 'packages', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof manifest>;
}
