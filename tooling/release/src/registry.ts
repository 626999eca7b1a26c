import { freePort } from '@resync/tooling-free-port';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runTool } from './run-tool.js';

/** Fetched when it is needed, as nothing else needs it. */
const PROJECT = {
  private: true,
  // The last line that runs on Node 20.
  dependencies: { verdaccio: '6.8.0' },
  // It asks for this one by a tag that not every registry has.
  overrides: { 'node-fetch': '2.7.0' },
};

/** A registry that a test started. */
export interface Registry {
  readonly url: string;
  /** What an `.npmrc` says so that our packages, and no others, are published to it and come from it. */
  readonly npmrc: string;
  /** What the only tarball of a package weighs. */
  bytesOf(name: string): number;
  stop(): Promise<void>;
}

/** Starts a registry on the loopback that keeps its packages in a folder and knows of no other registry. */
export async function startRegistry(folder: string): Promise<Registry> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(PROJECT));
  const install = [
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--ignore-scripts',
  ];
  await runTool(install, { cwd: folder });
  const port = await freePort();
  const configuration = join(folder, 'registry.yaml');
  writeFileSync(
    configuration,
    [
      `storage: ${join(folder, 'storage')}`,
      'web: { enable: false }',
      'auth: { htpasswd: { file: ./htpasswd, max_users: -1 } }',
      'uplinks: {}',
      "packages: { '@resync/*': { access: $all, publish: $all } }",
      'max_body_size: 20mb',
      'log: { type: stdout, format: json, level: http }',
      '',
    ].join('\n'),
  );
  const program = join(folder, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const server = spawn(
    process.execPath,
    [program, '--config', configuration, '--listen', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(server, 'close');
  const url = `http://127.0.0.1:${port}`;
  const output: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const isUp = new Promise<void>((resolve, reject) => {
    createInterface({ input: server.stdout })
      .on('line', (line) => {
        output.push(line);
        if (line.includes(`127.0.0.1:${port}`)) resolve();
      })
      .on('close', () => reject(new Error(`the registry has ended:\n${output.join('\n')}`)));
  });
  await isUp;
  return {
    url,
    npmrc: `@resync:registry=${url}/\n//127.0.0.1:${port}/:_authToken=anybody\n`,
    bytesOf: (name) => {
      const stored = join(folder, 'storage', name);
      const tarball = readdirSync(stored).find((file) => file.endsWith('.tgz'));
      if (tarball === undefined) throw new Error(`expected a tarball of ${name}; there is none`);
      return statSync(join(stored, tarball)).size;
    },
    stop: async () => {
      // Asked to end, it waits for connections that clients keep open.
      server.kill('SIGKILL');
      await closed;
    },
  };
}
