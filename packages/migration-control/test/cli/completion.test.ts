import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from './command-process.js';
import { hasShell, SHELLS } from './shells.js';

const folder = mkdtempSync(join(tmpdir(), 'resync-completion-'));
writeFileSync(join(folder, 'my-plan.yaml'), '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is typed, and what its last word becomes. */
const TYPED = {
  'resync-migrate promot': 'promote',
  'resync-migrate plan v': 'validate',
  'resync-migrate plan validate my': 'my-plan.yaml',
  'resync-migrate plan --as me validate my': 'my-plan.yaml',
  'resync-migrate kpis --phase rol': 'rollout',
  'resync-migrate report --out my': 'my-plan.yaml',
  'resync-migrate completion z': 'zsh',
  'resync-migrate status --tok': '--token-file',
  // A component: no shell knows those, and a file is none.
  'resync-migrate status my': 'my',
};

describe.each(Object.entries(SHELLS))('in %s', (name, complete) => {
  it.runIf(hasShell(name))('the script completes commands, options, words and files', async () => {
    const { code, out } = await runCommand(['completion', name], { folder, environment: {} });
    expect(code).toBe(0);
    const script = join(folder, `completion.${name}`);
    writeFileSync(script, out);
    const lines = Object.keys(TYPED);
    const found = complete({ script, folder, lines });
    // Zsh writes the sign between an option and its value; where there is nothing, others say nothing.
    const words = found.map((word, index) =>
      word === '' ? lines[index]?.split(' ').at(-1) : word.replace(/=$/, ''),
    );
    expect(Object.fromEntries(lines.map((line, index) => [line, words[index]]))).toEqual(TYPED);
  });
});

it.each(Object.keys(SHELLS))('%s is told of every command', async (name) => {
  const { code, out } = await runCommand(['completion', name], { folder, environment: {} });
  expect(code).toBe(0);
  for (const word of ['test-rollback', 'set-percentage', 'validate']) expect(out).toContain(word);
});
