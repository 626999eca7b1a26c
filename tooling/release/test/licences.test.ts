import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { licencesOf, type Licence } from '../src/licences.js';
import { PACKAGES, root } from '../src/texts.js';

/** Free, and without a condition on what a service that uses them has to publish. */
const FREE = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

const HEAD = `# Licences

Every library that comes with a package, or that it is used with, and its licence, as each declares it.
Kept current by \`tooling/release/test/licences.test.ts\` (\`npx vitest run -u\` there writes it anew).
`;

const licences = new Map(
  PACKAGES.map((name) => [name, licencesOf(join(root, 'packages', name))] as const),
);

const list = (found: readonly Licence[]): string =>
  found.map(({ name, licence }) => `- ${name}: ${licence}`).join('\n');

describe('the libraries of the packages', () => {
  it('are free', () => {
    const others = [...licences.values()].flat().filter(({ licence }) => !FREE.includes(licence));
    expect(others).toEqual([]);
  });

  it('are listed', async () => {
    const parts = [...licences].map(([name, found]) => {
      const installed = found.filter(({ kind }) => kind === 'installed');
      const brought = found.filter(({ kind }) => kind === 'brought');
      return [
        `## @resync/${name}`,
        installed.length === 0 ? 'Installs nothing.' : `Installs:\n\n${list(installed)}`,
        ...(brought.length === 0 ? [] : [`Used with, where you have them:\n\n${list(brought)}`]),
      ].join('\n\n');
    });
    await expect(`${[HEAD.trim(), ...parts].join('\n\n')}\n`).toMatchFileSnapshot(
      join(root, 'docs', 'licences.md'),
    );
  });
});
