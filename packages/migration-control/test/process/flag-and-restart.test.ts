import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('service.mjs', import.meta.url));

let service: ChildProcess | undefined;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resync-restart-'));
});

afterEach(async () => {
  await end('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Starts the service with this flag. */
async function start(flag: string): Promise<void> {
  const env = {
    ...process.env,
    APP_MIGRATION_USE_NEW_CACHE: flag,
    SNAPSHOT: join(folder, 'snapshot.json'),
  };
  service = fork(PROGRAM, { env });
  await once(service, 'message');
}

async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const ended = service;
  service = undefined;
  if (ended === undefined) return;
  const exited = once(ended, 'exit');
  ended.kill(signal);
  await exited;
}

async function ask(...request: readonly [kind: string, ...rest: string[]]): Promise<unknown> {
  if (service === undefined) throw new Error('expected a service that runs');
  const answered = once(service, 'message');
  service.send(request);
  const [answer] = (await answered) as [unknown];
  return answer;
}

/** A service whose next answers every read, and breaks down. */
async function inTrouble(): Promise<void> {
  await start('true');
  expect(await ask('set', 'job:1', 'EXEC')).toEqual({ stage: 'rampdown' });
  await ask('set', 'job:1', 'SUCC');
  await ask('set', 'job:2', 'EXEC');
  await ask('delete', 'job:2');
  await ask('break next');
  expect(await ask('set', 'job:3', 'EXEC')).toEqual({ stage: 'rampdown', error: 'next is down' });
  expect(await ask('get', 'job:1')).toEqual({ stage: 'rampdown' });
}

it('recovers by APP_MIGRATION_USE_NEW_CACHE=false and a restart, warm and not stale where there is a snapshot', async () => {
  await inTrouble();
  await end('SIGTERM');
  await start('false');
  expect(await ask('get', 'job:1')).toEqual({ stage: 'off', value: 'SUCC' });
  expect(await ask('get', 'job:2')).toEqual({ stage: 'off' });
  expect(await ask('set', 'job:3', 'EXEC')).toEqual({ stage: 'off' });
  expect(await ask('get', 'job:3')).toEqual({ stage: 'off', value: 'EXEC' });
});

it('recovers cold where there is none, because the service was killed', async () => {
  await inTrouble();
  await end('SIGKILL');
  await start('false');
  expect(await ask('get', 'job:1')).toEqual({ stage: 'off' });
  expect(await ask('set', 'job:3', 'EXEC')).toEqual({ stage: 'off' });
  expect(await ask('get', 'job:3')).toEqual({ stage: 'off', value: 'EXEC' });
});
