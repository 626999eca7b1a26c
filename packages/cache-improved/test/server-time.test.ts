import { ManualClock } from '@resync/cache-contract/testing';
import { beforeEach, expect, it } from 'vitest';
import { CommandGate } from '../src/redis/command-gate.js';
import { ServerTime } from '../src/redis/server-time.js';
import { ManualClient } from './fixtures/manual-client.js';

const HERE = 1_000_000;

let clock: ManualClock;
let client: ManualClient;
let time: ServerTime;

beforeEach(() => {
  clock = new ManualClock(HERE);
  client = new ManualClient();
  const bounds = { timeout: 1000, maxPending: 10, maxPendingBytes: 10 };
  const gate = new CommandGate(client, { clock, ...bounds });
  time = new ServerTime(gate, clock);
});

/** The server says its time, so many milliseconds ahead of ours, in the middle of that many. */
async function answered(ahead: number, tookMs: number): Promise<void> {
  clock.advance(tookMs / 2);
  const now = clock.now() + ahead;
  clock.advance(tookMs / 2);
  client.sent.at(-1)?.answer([`${Math.floor(now / 1000)}`, `${(now % 1000) * 1000}`]);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

it('errs on the early side in both directions, by no more than the answer took', async () => {
  for (const ahead of [-5000, 0, 5000]) {
    time.forget();
    time.whenKnown(() => undefined, () => undefined);
    await answered(ahead, 8);
    const end = clock.now() + 60_000;
    const there = time.fromLocal(end);
    expect(there).toBeLessThanOrEqual(end + ahead);
    expect(there).toBeGreaterThanOrEqual(end + ahead - 8);
    const here = time.toLocal(end + ahead) ?? Infinity;
    expect(here).toBeLessThanOrEqual(end);
    expect(here).toBeGreaterThanOrEqual(end - 8);
    const limit = time.atMonotonic(clock.monotonic() + 1000);
    expect(limit).toBeLessThanOrEqual(clock.now() + 1000 + ahead);
  }
});

it('begins what waited in the order in which it came, and before what comes later', async () => {
  const begun: string[] = [];
  const note = (name: string) => () => void begun.push(name);
  time.whenKnown(note('first'), note('failed'));
  time.whenKnown(note('second'), note('failed'));
  expect(client.sent).toHaveLength(1);
  await answered(0, 2);
  time.whenKnown(note('third'), note('failed'));
  expect(begun).toEqual(['first', 'second', 'third']);
});

it('fails what waits when there is no answer, and asks again for the next', async () => {
  const failures: unknown[] = [];
  time.whenKnown(() => undefined, (error) => failures.push(error));
  clock.advance(1000);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  expect(failures).toMatchObject([{ failure: 'timeout' }]);
  client.sent[0]?.answer(['0', '0']);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  expect(time.toLocal(0)).toBeUndefined();
  const begun: string[] = [];
  time.whenKnown(() => begun.push('begun'), () => undefined);
  expect(client.sent).toHaveLength(2);
  await answered(0, 0);
  expect(begun).toEqual(['begun']);
});

it('asks again after ten seconds, and soon where the answer took long', async () => {
  time.refresh();
  await answered(0, 2);
  clock.advance(9_990);
  time.refresh();
  expect(client.sent).toHaveLength(1);
  clock.advance(10);
  time.refresh();
  expect(client.sent).toHaveLength(2);
  await answered(0, 500);
  clock.advance(250);
  time.refresh();
  expect(client.sent).toHaveLength(3);
});
