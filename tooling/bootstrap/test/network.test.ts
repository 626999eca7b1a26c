import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const NOT_COPIED = ['node_modules', 'dist', '.git', '.turbo'];
// What others build meanwhile comes and goes beside its configuration.
const isLeftOut = (name: string): boolean =>
  NOT_COPIED.includes(name) || /\.(bundled|timestamp)[_-]/.test(name);

it('says in one line that the registry cannot be reached, on a machine that has nothing yet', () => {
  const machine = mkdtempSync(join(tmpdir(), 'resync-offline-'));
  try {
    const copy = join(machine, 'resync');
    cpSync(root, copy, {
      recursive: true,
      filter: (path) => path === root || !isLeftOut(basename(path)),
    });
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(copy, 'tooling', 'bootstrap', 'run.cjs'), 'test'],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          HOME: machine,
          // Nobody listens on the discard port of the loopback.
          npm_config_registry: 'http://127.0.0.1:9/',
        },
      },
    );
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^resync: the npm registry could not be reached \(E\w+\); check the network or the proxy, and try again$/,
    );
    expect(stderr).not.toMatch(/npm error|\bat .*\.js:\d+/);
  } finally {
    rmSync(machine, { recursive: true, force: true });
  }
});
