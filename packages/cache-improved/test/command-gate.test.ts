import { ManualClock } from '@resync/cache-contract/testing';
import { beforeEach, expect, it } from 'vitest';
import { CommandGate } from '../src/redis/command-gate.js';
import { RedisStorage } from '../src/redis/index.js';
import { settled } from './fixtures/controlled-factory.js';
import { ManualClient } from './fixtures/manual-client.js';

let clock: ManualClock;
let client: ManualClient;
let gate: CommandGate;

beforeEach(() => {
  clock = new ManualClock();
  client = new ManualClient();
  gate = new CommandGate(client, { clock, timeout: 100, maxPending: 3, maxPendingBytes: 10 });
});

const send = (bytes = 0, giveUpAt = gate.limit()): Promise<unknown> =>
  gate.send({ args: ['GET', 'key'], giveUpAt, bytes });

it('hands the answer on', async () => {
  const answer = send();
  client.sent[0]?.answer('value');
  expect(await answer).toBe('value');
});

it('gives up at the limit, not before, and takes no notice of what comes later', async () => {
  const late = send();
  let isOver = false;
  const over = late.catch(() => (isOver = true));
  clock.advance(99);
  await Promise.resolve();
  expect(isOver).toBe(false);
  clock.advance(1);
  await expect(late).rejects.toMatchObject({ code: 'BACKEND', failure: 'timeout' });
  await over;
  client.sent[0]?.fail(new Error('late'));
});

it('gives each up at its own limit, also one that is sooner than those before it', async () => {
  const [long, short] = [send(0, 100), send(0, 30)];
  clock.advance(30);
  await expect(short).rejects.toMatchObject({ failure: 'timeout' });
  client.sent[0]?.answer('in time');
  expect(await long).toBe('in time');
});

it('sends nothing while the oldest command is over its limit, and again once it was answered', async () => {
  const first = send();
  clock.advance(60);
  const second = send();
  clock.advance(40);
  await expect(first).rejects.toMatchObject({ failure: 'timeout' });
  await expect(send()).rejects.toMatchObject({ failure: 'timeout' });
  expect(client.sent).toHaveLength(2);
  client.sent[0]?.answer('late');
  await Promise.resolve();
  const third = send();
  expect(client.sent).toHaveLength(3);
  for (const { answer } of client.sent) answer('value');
  expect(await Promise.all([second, third])).toEqual(['value', 'value']);
});

it('counts what the client has not answered, told to the caller or not', async () => {
  const calls = [send(), send(), send()];
  await expect(send()).rejects.toMatchObject({ failure: 'overload' });
  for (const { fail } of client.sent) fail(new Error('ERR no'));
  for (const call of calls) await expect(call).rejects.toMatchObject({ failure: 'refused' });
  const again = send();
  client.sent[3]?.answer(1);
  expect(await again).toBe(1);
});

it('counts the bytes of what is under way', async () => {
  const first = send(6);
  await expect(send(6)).rejects.toMatchObject({ failure: 'overload' });
  client.sent[0]?.answer(1);
  await first;
  const alone = send(1000);
  expect(client.sent).toHaveLength(2);
  client.sent[1]?.answer(1);
  await alone;
});

it('forgets what was answered', async () => {
  for (let index = 0; index < 5000; index += 1) {
    const call = send();
    const last = client.sent.pop();
    last?.answer(index);
    expect(await call).toBe(index);
  }
  clock.advance(200);
  gate.close();
  expect(clock.pendingTimers).toBe(0);
});

it('leaves no timer when it is closed', async () => {
  const call = send();
  client.sent[0]?.answer(1);
  await call;
  gate.close();
  expect(clock.pendingTimers).toBe(0);
});

it.each([
  ['READONLY You can’t write against a read only replica.', 'read-only'],
  ['READONLY You can’t script: x, on @user_script:1.', 'read-only'],
  [
    'ERR Error running script (call to f_x): @user_script:1: OOM command not allowed',
    'out-of-memory',
  ],
  ['OOM command not allowed when used memory > maxmemory', 'out-of-memory'],
  ['RESYNCLATE by 3 ms', 'timeout'],
  ['LOADING Redis is loading the dataset in memory', 'offline'],
  ['ERR The BOOMERANG is gone', 'refused'],
])('knows what %j means', async (message, failure) => {
  const call = send();
  client.sent[0]?.fail(new Error(message));
  await expect(call).rejects.toMatchObject({ failure, cause: expect.any(Error) as unknown });
});

it('takes an exception of the client for an answer', async () => {
  const refusing = new CommandGate(
    {
      sendCommand: () => {
        throw new Error('refused');
      },
    },
    { clock, timeout: 100, maxPending: 1, maxPendingBytes: 10 },
  );
  for (let call = 0; call < 3; call += 1) {
    const sent = refusing.send({ args: ['GET', 'key'], giveUpAt: refusing.limit() });
    await expect(sent).rejects.toThrow('refused');
    clock.advance(200);
  }
});

const ENDLESS = { ttl: Infinity, expiresAt: Infinity };

/** As the client names it when the connection goes while a command is under way. */
class SocketClosedUnexpectedlyError extends Error {}

it.each<[string, string, (storage: RedisStorage) => Promise<unknown>]>([
  ['a set', 'when it can no longer arrive', (storage) => storage.set('key', 1, ENDLESS)],
  ['a delete', 'when it can no longer arrive', (storage) => storage.delete('key')],
  ['a clear', 'when it can no longer arrive', (storage) => storage.clear()],
  ['a read', 'at once', (storage) => storage.lookup('key')],
])('tells who made %s that its connection went: %s', async (_, when, call) => {
  const lost = new SocketClosedUnexpectedlyError('gone');
  const storage = new RedisStorage({
    client: {
      sendCommand: async ([name]) => {
        if (name !== 'TIME') throw lost;
        return [`${clock.now() / 1000}`, '0'];
      },
    },
    namespace: 'lost',
    clock,
    timeout: 100,
  });
  const settledAt = call(storage).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'BACKEND', failure: 'offline', cause: lost });
    return clock.now();
  });
  await settled();
  clock.advance(99);
  await settled();
  clock.advance(1);
  expect(await settledAt).toBe(when === 'at once' ? 0 : 100);
});
