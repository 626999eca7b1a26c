import { ManualClock } from '@resync/cache-contract/testing';
import { beforeEach, expect, it } from 'vitest';
import { ioredisCache } from '../src/ioredis/index.js';
import { nodeRedisCache, type RedisCache, type RedisCacheOptions } from '../src/redis/index.js';

const HERE = 1_000_000;
const TIMEOUT = 1000;

interface Sent {
  readonly command: readonly string[];
  readonly answer: (reply: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** An error that a server answers with, as `redis` makes it. */
class SimpleError extends Error {}
/** What `redis` makes of a command that it does not send. */
class ClientOfflineError extends Error {}

let clock: ManualClock;
let sent: Sent[];
let cache: RedisCache<unknown>;

const send = (command: readonly string[]): Promise<unknown> =>
  new Promise((answer, fail) => sent.push({ command, answer, fail }));

const nodeRedis = (options: Partial<RedisCacheOptions<unknown>> = {}): RedisCache<unknown> =>
  nodeRedisCache(
    { sendCommand: send, close: async () => undefined },
    { prefix: 'p:', clock, timeout: TIMEOUT, ...options },
  );

beforeEach(() => {
  clock = new ManualClock(HERE);
  sent = [];
  cache = nodeRedis();
});

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** The server says its time, so many milliseconds ahead of ours, in the middle of that many. */
async function tellTime(ahead = 0, tookMs = 0): Promise<void> {
  clock.advance(tookMs / 2);
  const now = clock.now() + ahead;
  clock.advance(tookMs / 2);
  sent.at(-1)?.answer([`${Math.floor(now / 1000)}`, `${(now % 1000) * 1000}`]);
  await turns();
}

const commands = (): readonly string[] => sent.map(({ command }) => command[0] ?? '');
const settled = (call: Promise<unknown>): { state: string } => {
  const seen = { state: 'open' };
  call.then(
    () => (seen.state = 'done'),
    (error: unknown) => (seen.state = String(error)),
  );
  return seen;
};

it('tells the server until when a write counts, never later than its caller waits', async () => {
  for (const ahead of [-5000, 0, 5000]) {
    cache = nodeRedis();
    const asked = clock.now();
    const write = cache.set('key', 1);
    await tellTime(ahead, 8);
    const { command = [], answer } = sent.at(-1) ?? {};
    const deadline = Number(command[5]);
    expect(deadline).toBeLessThan(asked + ahead + TIMEOUT);
    expect(deadline).toBeGreaterThanOrEqual(asked + ahead + TIMEOUT - 8 - 1);
    answer?.(1);
    await write;
  }
  expect(clock.pendingTimers).toBe(0);
});

it('asks for the time once in ten seconds, sooner where the answer took long, beside a write', async () => {
  const write = async (): Promise<void> => {
    const done = cache.set('key', 1);
    await turns();
    sent.at(-1)?.answer(1);
    await done;
  };
  const first = cache.set('key', 1);
  await tellTime(0, 2);
  sent.at(-1)?.answer(1);
  await first;
  clock.advance(9999);
  await write();
  expect(commands()).toEqual(['TIME', 'EVAL', 'EVAL']);
  clock.advance(1);
  await write();
  expect(commands().slice(3)).toEqual(['TIME', 'EVAL']);
  clock.advance(500);
  sent[3]?.answer(['1000', '0']);
  await turns();
  clock.advance(250);
  await write();
  expect(commands().slice(5)).toEqual(['TIME', 'EVAL']);
});

it('keeps the order of the calls while the time is not known', async () => {
  const writes = [cache.set('a', 1), cache.delete('b'), cache.setMany([{ key: 'c', value: 1 }])];
  await tellTime();
  const last = cache.set('d', 1);
  expect(commands()).toEqual(['TIME', 'EVAL', 'EVAL', 'EVAL', 'EVAL']);
  expect(sent.slice(1).map(({ command }) => command[3])).toEqual(['p:a', 'p:b', 'p:c', 'p:d']);
  for (const { answer } of sent.slice(1)) answer(1);
  await Promise.all([...writes, last]);
});

it('tells of a lost connection when the server can do nothing more for the write', async () => {
  const write = settled(cache.set('key', 1));
  await tellTime();
  clock.advance(100);
  sent.at(-1)?.fail(new Error('Socket closed unexpectedly'));
  clock.advance(TIMEOUT - 101);
  await turns();
  expect(write.state).toBe('open');
  clock.advance(1);
  await turns();
  expect(write.state).toContain('Socket closed unexpectedly');
  const next = cache.set('key', 2);
  await turns();
  expect(commands()).toEqual(['TIME', 'EVAL', 'TIME']);
  await tellTime();
  sent.at(-1)?.answer(1);
  await next;
  expect(clock.pendingTimers).toBe(0);
});

it.each([
  ['an answer', new SimpleError('WRONGTYPE Operation against a key')],
  ['that nothing was sent', new ClientOfflineError('The client is offline')],
])('tells of %s at once', async (_, error) => {
  const write = settled(cache.set('key', 1));
  await tellTime();
  sent.at(-1)?.fail(error);
  await turns();
  expect(write.state).toContain(error.message);
  expect(clock.pendingTimers).toBe(0);
});

it('tells at once what ioredis did not send', async () => {
  const client = {
    options: {},
    call: (name: string, ...args: string[]) => send([name, ...args]),
    quit: async () => undefined,
  };
  const write = settled(ioredisCache(client, { prefix: 'p:', clock }).set('key', 1));
  await tellTime();
  const message = "Stream isn't writeable and enableOfflineQueue options is false";
  sent.at(-1)?.fail(new Error(message));
  await turns();
  expect(write.state).toContain(message);
});

it('fails within the timeout, also where the server does not say its time, and sends nothing then', async () => {
  const write = settled(cache.set('key', 1));
  clock.advance(TIMEOUT);
  await turns();
  expect(write.state).toContain('within 1000 ms');
  await tellTime();
  expect(commands()).toEqual(['TIME']);
});

it('fails what waits for the time with the reason why there is none', async () => {
  const write = settled(cache.set('key', 1));
  sent.at(-1)?.fail(new Error('Socket closed unexpectedly'));
  await turns();
  expect(write.state).toContain('Socket closed unexpectedly');
  const next = cache.set('key', 2);
  await tellTime();
  sent.at(-1)?.answer(1);
  await next;
});

it('says that a write came too late, and asks for the time again', async () => {
  const write = cache.set('key', 1).catch((error: unknown) => error);
  await tellTime();
  const late = new SimpleError('RESYNCLATE came after its deadline');
  sent.at(-1)?.fail(late);
  expect(await write).toMatchObject({
    code: 'BACKEND',
    message: expect.stringContaining('within 1000 ms') as unknown,
    cause: late,
  });
  const next = cache.set('key', 2);
  expect(commands()).toEqual(['TIME', 'EVAL', 'TIME']);
  await tellTime();
  sent.at(-1)?.answer(1);
  await next;
});

it('refuses a timeout that is none', () => {
  for (const timeout of [0, -1, Number.NaN, Infinity]) {
    expect(() => nodeRedis({ timeout })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  }
});
