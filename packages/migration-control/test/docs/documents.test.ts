import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/parse-command-line.js';
import { wordsOf } from '../cli/words-of.js';
import { blockOf, readDocument, ROOT } from './document.js';

const DOCUMENTS = [
  'runbook.md',
  'staging.md',
  'security.md',
  'tuning.md',
  'templates/stakeholders.md',
] as const;

/** Each command of a text, as the words behind its name. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const lines = [...text.matchAll(/resync-migrate +([a-z-][^`&|\n]*)/g)].map(
    ([, line = '']) => line,
  );
  return lines.map(wordsOf);
}

// That they do what is written is shown in the proof, which executes them.
it.each(DOCUMENTS)('%s has commands that exist, with options that they have', (path) => {
  const { blocks, spans } = readDocument(path);
  const commands = [...blocks, ...spans].flatMap(commandsIn);
  expect(commands.length).toBeGreaterThan(1);
  for (const words of commands) expect(() => parseCommandLine([...words, '--help'])).not.toThrow();
});

it('the staging guide has a unit without a secret, whose settings are spelled as systemd spells them', async () => {
  const unit = blockOf(readDocument('staging.md'), 'ini');
  expect(unit).not.toMatch(/_TOKEN=|password/i);
  for (const line of unit.split('\n')) {
    expect(line).toMatch(/^(\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=\S.*|)$/);
  }
  for (const name of ['ExecStart', 'ExecReload', 'LoadCredential', 'NoNewPrivileges']) {
    expect(unit).toContain(`\n${name}=`);
  }
});

it('the security assessment names tests that exist', async () => {
  const named = [...readDocument('security.md').text.matchAll(/`(\S+\.test\.ts) › ([^`]+)`/g)];
  expect(named.length).toBeGreaterThan(20);
  for (const [, file = '', title = ''] of named) {
    const path = join(ROOT, 'packages', file);
    expect({ file, exists: existsSync(path) }).toEqual({ file, exists: true });
    const source = readFileSync(path, 'utf8').replaceAll("\\'", "'");
    expect({ file, title, exists: source.includes(`'${title}'`) }).toEqual({
      file,
      title,
      exists: true,
    });
  }
});
