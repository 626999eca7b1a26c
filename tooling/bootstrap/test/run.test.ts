import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../run.cjs', import.meta.url));

it.each(['16.20.2', '18.20.4', '20.18.1'])('refuses Node %s with one line', (version) => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });
    Object.defineProperty(process, 'version', { value: 'v${version}' });
    require(${JSON.stringify(entry)});`;
  const { status, stderr, stdout } = spawnSync(process.execPath, ['-e', pretend, 'x', 'test'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toBe(`resync: expected Node 20.19 or newer; this is v${version}\n`);
  expect(stdout).toBe('');
});

it('is written for a Node that is far too old to run anything else', () => {
  expect(readFileSync(entry, 'utf8')).not.toMatch(/=>|\bconst\b|\blet\b|`|\?\?|\?\./);
});

it('refuses a command that it does not know, before it installs anything', () => {
  const { status, stderr } = spawnSync(process.execPath, [entry, 'biuld'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe(
    'resync: expected a command of start, rehearsal, scenario, test, proof, resync-migrate, mutations, hazards, reference, bench, screenshots, turbo; got biuld\n',
  );
});
