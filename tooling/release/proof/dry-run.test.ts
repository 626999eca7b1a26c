import { hasMemcachedServer } from '@resync/tooling-memcached-server';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followQuickStart } from '../src/quick-start.js';
import { startRegistry, type Registry } from '../src/registry.js';
import { runTool } from '../src/run-tool.js';
import { runExamples } from '../src/show-examples.js';
import { PACKAGES, TEXTS, root } from '../src/texts.js';

// What a release does, up to where somebody else would see it: versions and changelogs, a registry of
// its own, and projects that have nothing but what they installed from there.

const NOT_COPIED = ['node_modules', '.git', '.turbo'];
// What others build meanwhile comes and goes beside its configuration.
const isLeftOut = (name: string): boolean =>
  NOT_COPIED.includes(name) || /\.(bundled|timestamp)[_-]/.test(name);
const TOOLS = /^(@types\/.*|typescript|vitest)$/;
/** What a tarball may weigh, source maps included: what is more was not meant to be in it. */
const MOST_KILOBYTES: Readonly<Record<(typeof PACKAGES)[number], number>> = {
  'cache-adapters': 150,
  'cache-contract': 200,
  'cache-improved': 350,
  'cache-legacy': 100,
  'cache-migration': 400,
  'migration-control': 600,
  'migration-metrics': 150,
};
const GIT = ['git', '-c', 'user.name=release', '-c', 'user.email=release@example.org'];

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const machine = mkdtempSync(join(tmpdir(), 'resync-release-'));
const workspace = join(machine, 'workspace');
const hasRedis = hasRedisServer(process.env);
hasMemcachedServer(process.env);
let registry: Registry;
let redis: RedisServer | undefined;

const run = (...command: string[]): Promise<string> => runTool(command, { cwd: workspace });
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

function say(text: string): void {
  process.stdout.write(`release: ${text}\n`);
}

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string;
};
const pnpm = (...args: string[]): Promise<string> => run('npx', '--yes', packageManager, ...args);

/** The libraries that a folder of the workspace uses, at the versions that are installed there. */
function librariesOf(folder: string): readonly string[] {
  const { dependencies, devDependencies } = manifestOf(join(root, folder));
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !name.startsWith('@resync/') && !TOOLS.test(name))
    .map((name) => `${name}@${manifestOf(join(root, folder, 'node_modules', name)).version}`);
}

/** The project with all packages, and all that the examples need. */
const everything = (): string => project('everything');

/** A project that gets our packages from the registry; empty at first. */
function project(name: string): string {
  const folder = join(machine, name);
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  writeFileSync(join(folder, '.npmrc'), registry.npmrc);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  return folder;
}

beforeAll(async () => {
  cpSync(root, workspace, {
    recursive: true,
    filter: (path) => path === root || !isLeftOut(basename(path)),
  });
  mkdirSync(join(machine, 'registry'));
  registry = await startRegistry(join(machine, 'registry'));
  if (hasRedis) redis = await startRedisServer();
});

afterAll(async () => {
  await redis?.stop();
  await registry.stop();
  await rm(machine, { recursive: true, force: true });
});

// In this order: each finds what the one before has left.
describe('a release', { shuffle: false }, () => {
  it('gives every package a version and a changelog', async () => {
    await run('git', 'init', '--quiet');
    await run('git', 'add', '--all');
    await run(...GIT, 'commit', '--quiet', '--message', 'before the release');
    await pnpm('install', '--frozen-lockfile', '--prefer-offline');
    await run('npx', 'changeset', 'version');
    for (const name of PACKAGES) {
      const folder = join(workspace, 'packages', name);
      const { version } = manifestOf(folder);
      expect(version).toMatch(/^0\.[1-9]\d*\.\d+$/);
      expect(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}\n`);
    }
    expect(readdirSync(join(workspace, '.changeset'))).toEqual(['config.json']);
  });

  it('publishes all packages', async () => {
    writeFileSync(join(workspace, '.npmrc'), registry.npmrc);
    await pnpm('publish', '--recursive', '--no-git-checks');
    for (const [name, most] of Object.entries(MOST_KILOBYTES)) {
      const { version } = manifestOf(join(workspace, 'packages', name));
      const found = await run('npm', 'view', `@resync/${name}`, 'version');
      expect(found.trim()).toBe(version);
      const kilobytes = registry.bytesOf(`@resync/${name}`) / 1024;
      say(`@resync/${name} ${version}, ${kilobytes.toFixed(1)} kB packed (at most ${most})`);
      expect(kilobytes).toBeLessThan(most);
    }
  });

  it('migrates a cache by the text of the quick start alone', async () => {
    const { answers, lines, exitCode } = await followQuickStart(project('quick-start'));
    expect(answers).toEqual([
      { id: '7', state: 'EXEC', loads: 1 },
      ...[
        { stage: 'dualwrite', percentage: 0 },
        { stage: 'shadow', percentage: 0 },
        { stage: 'live', percentage: 0 },
        { stage: 'live', percentage: 10 },
        { stage: 'live', percentage: 100 },
      ].map((state) => expect.objectContaining(state) as unknown),
      { id: '7', state: 'EXEC', loads: 1 },
      expect.objectContaining({ stage: 'live', percentage: 0 }),
      { id: '7', state: 'EXEC', loads: 1 },
      ...[
        { stage: 'live', percentage: 100 },
        { stage: 'rampdown', percentage: 100 },
        { stage: 'complete', percentage: 100 },
      ].map((state) => expect.objectContaining(state) as unknown),
    ]);
    expect(lines).toContain('live 0 %: to see that it works');
    expect(exitCode).toBe(0);
  });

  it('installs everything that the texts and the examples use', async () => {
    for (const name of readdirSync(join(root, 'examples'))) {
      if (name.endsWith('.mjs')) cpSync(join(root, 'examples', name), join(everything(), name));
    }
    const libraries = [...librariesOf('examples'), ...librariesOf('tooling/release')];
    const ours = PACKAGES.map((name) => `@resync/${name}`);
    const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'];
    await runTool([...install, ...new Set([...ours, ...libraries])], { cwd: everything() });
  });

  it.each(TEXTS)('runs every example of %s, as modules and as CommonJS', (file) => {
    for (const kind of ['module', 'CommonJS'] as const) {
      const stage = { folder: everything(), kind, redisUrl: redis?.url };
      for (const { code, stderr } of runExamples(file, stage)) {
        expect(stderr).toBe('');
        expect(code).toBe(0);
      }
    }
  });

  it('runs every program of the examples', async () => {
    await runTool(['npx', 'vitest', 'run'], {
      cwd: join(root, 'examples'),
      environment: { EXAMPLES_FOLDER: everything() },
    });
  });
});
