import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('service.mjs', import.meta.url));

let service: ChildProcess | undefined;

/** Ends the service, and starts it with this flag. */
async function restart(flag: string): Promise<ChildProcess> {
  await end();
  service = fork(PROGRAM, { env: { ...process.env, APP_MIGRATION_USE_NEW_CACHE: flag } });
  await once(service, 'message');
  return service;
}

async function end(): Promise<void> {
  if (service?.exitCode !== null) return;
  const exited = once(service, 'exit');
  service.kill('SIGKILL');
  await exited;
}

async function ask(child: ChildProcess): Promise<unknown> {
  const answered = once(child, 'message');
  child.send('key');
  const [answer] = (await answered) as [unknown];
  return answer;
}

afterEach(end);

it('recovers a service whose next has broken down, by APP_MIGRATION_USE_NEW_CACHE=false and a restart', async () => {
  expect(await ask(await restart('true'))).toMatchObject({
    stage: 'rampdown',
    error: 'next is down',
  });
  expect(await ask(await restart('false'))).toEqual({ stage: 'off', value: 'value of key' });
});
