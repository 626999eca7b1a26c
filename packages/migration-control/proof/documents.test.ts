import { execFile } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { SteeredProcess, TOKEN, type Ended } from '../test/cli/command-process.js';
import { blockOf, readDocument } from '../test/docs/document.js';

const COMMAND = fileURLToPath(new URL('../dist/cli/resync-migrate.js', import.meta.url));

let service: SteeredProcess;

afterEach(async () => {
  const { failedRequests } = await service.served();
  await service.end();
  expect(failedRequests).toBe(0);
});

/** A service, and a folder where the command is on PATH and the documents' files lie. */
async function start(places: readonly string[]): Promise<void> {
  service = await SteeredProcess.start(places);
  await mkdir(join(service.folder, 'bin'));
  await chmod(COMMAND, 0o755);
  await symlink(COMMAND, join(service.folder, 'bin', 'resync-migrate'));
  await writeFile(join(service.folder, 'plan.yaml'), 'version: 1\ncomponents: [{ name: core }]\n');
}

/** Runs a script as somebody at a shell does; its first command that fails ends it. */
function shell(script: string): Promise<Ended> {
  const env = {
    PATH: `${join(service.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: service.folder,
    RESYNC_TOKEN: TOKEN,
    RESYNC_URL: `${service.url}/admin`,
    USER: 'ann',
  };
  return new Promise((resolve) => {
    const args = ['--norc', '-euo', 'pipefail', '-c', script];
    execFile('bash', args, { cwd: service.folder, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
  });
}

/** Runs every block in its order; each has to end well. */
async function runBlocks(blocks: readonly string[]): Promise<string> {
  const outputs: string[] = [];
  for (const block of blocks) {
    const { code, err, out } = await shell(block);
    expect({ block, code, err: code === 0 ? '' : err }).toEqual({ block, code: 0, err: '' });
    outputs.push(out);
  }
  return outputs.join('');
}

/** Runs each on its own: it may refuse, and must not be a command that does not exist or is written wrongly. */
async function runSpans(spans: readonly string[]): Promise<void> {
  await shell('resync-migrate baseline off --out baseline-core.json');
  await shell(`sed -i 's/"off"/"core"/' baseline-core.json`);
  for (const span of spans) {
    const { code, err } = await shell(span);
    expect({ span, isUnderstood: code <= 1, err: code <= 1 ? '' : err }).toEqual({
      span,
      isUnderstood: true,
      err: '',
    });
  }
}

describe('the runbook', () => {
  it('leads through every phase, and back in every tier', async () => {
    await start(['core', 'health=5', 'llm=4']);
    await shell('git init -q . && git config user.email a@b && git config user.name a');
    await shell(
      'git commit -q --allow-empty -m first && echo 1 > f && git add f && git commit -qm release',
    );
    const out = await runBlocks(readDocument('runbook.md').blocks);
    expect(out).toContain('✔ ready');
    expect(out).toContain('✔ go for the end of finish');
    expect(out).toContain('The manager may not be deleted yet');
    expect(out).toMatch(/core is in live 100 %, after .*stays there/);
  });

  it('names commands that can be given', async () => {
    await start(['off', 'core=5']);
    const { spans } = readDocument('runbook.md');
    expect(spans.length).toBeGreaterThan(15);
    await runSpans(spans);
  });
});

describe('the staging guide', () => {
  it('works as it stands', async () => {
    await start(['core']);
    const document = readDocument('staging.md');
    await writeFile(join(service.folder, 'staging.yaml'), blockOf(document, 'yaml'));
    await runBlocks(document.blocks);
    expect((await shell('wc -c < admin-token; stat -c %a admin-token')).out).toBe('65\n600\n');
  });
});

describe('the security assessment', () => {
  it('names commands that can be given', async () => {
    await start(['off', 'core=5']);
    await runSpans(readDocument('security.md').spans);
  });
});

describe('the templates', () => {
  it('name commands that exist', async () => {
    await start(['core']);
    for (const span of readDocument('templates/stakeholders.md').spans) {
      expect((await shell(`${span} --help`)).out).toContain(`${span} `);
    }
  });
});

describe('the tuning guide', () => {
  it('compares one setting after the other', async () => {
    await start(['core']);
    const { blocks } = readDocument('tuning.md');
    // The first block measures for some seconds: the proof runs it.
    expect(blocks[0]).toMatch(/^node --expose-gc packages\/\S+\/tuning\.mjs\n$/);
    await runBlocks(blocks.slice(1));
  });
});
