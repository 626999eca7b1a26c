import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import type { RedisClientType } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FleetRolloutStore, type Saving } from '../../../src/fleet/rollout/fleet-rollout-store.js';
import { NOTHING_SEEN } from '../../../src/judge/observation.js';
import { connectTo } from '../fleet-on.js';

const LONG = 60_000;
const ASKED = { id: 'a', event: { kind: 'pause', why: 'lunch' }, who: 'ann' } as const;
const RECORD = {
  kind: 'decision',
  at: 1,
  who: 'ann',
  component: 'all',
  verdict: 'pause',
  sentence: 'paused: lunch',
  findings: [],
} as const;

const saving = (before: number, given: Partial<Saving> = {}): Saving => ({
  state: JSON.stringify({ revision: before + 1 }),
  before,
  records: [],
  asked: undefined,
  ...given,
});

describe.runIf(hasRedisServer(process.env))('the store of a rollout', () => {
  let server: RedisServer;
  let client: RedisClientType;
  let store: FleetRolloutStore;
  let namespaces = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    client = await connectTo(server);
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });
  beforeEach(() => {
    namespaces += 1;
    const namespace = `store-${namespaces}`;
    store = new FleetRolloutStore({ client, namespace, clock: new ManualClock(), timeout: 1000 });
  });

  it('lets one process drive, and the next one after that', async () => {
    expect(await store.lead('one', LONG)).toBe('now');
    expect(await store.lead('one', LONG)).toBe('still');
    expect(await store.lead('two', LONG)).toBe('no');
    await store.resign('two');
    expect(await store.lead('two', LONG)).toBe('no');
    await store.resign('one');
    expect(await store.lead('two', LONG)).toBe('now');
  });

  it('is written by who drives, on top of what was read, and by nobody else', async () => {
    await store.lead('one', LONG);
    expect(await store.save('two', saving(0))).toBe(false);
    expect(await store.save('one', saving(0))).toBe(true);
    expect(await store.save('one', saving(0))).toBe(false);
    await store.resign('one');
    expect(await store.save('one', saving(1))).toBe(false);
    await store.lead('two', LONG);
    expect(await store.save('one', saving(1))).toBe(false);
    expect(await store.save('two', saving(1))).toBe(true);
    expect(JSON.parse((await store.load()) ?? '')).toEqual({ revision: 2 });
  });

  it('keeps what was decided and the answer together with the state, or none of it', async () => {
    await store.ask(ASKED);
    await store.lead('one', LONG);
    expect(await store.asked()).toEqual([ASKED]);
    const answering = saving(0, { records: [RECORD], asked: ASKED });
    expect(await store.save('two', answering)).toBe(false);
    expect([await store.asked(), await store.history(), await store.answer(ASKED)]).toEqual([
      [ASKED],
      [],
      undefined,
    ]);
    expect(await store.save('one', answering)).toBe(true);
    expect(await store.asked()).toEqual([]);
    expect(await store.answer(ASKED)).toEqual({ id: 'a' });
    const history = await store.history();
    expect(history.map(([, record]) => record)).toEqual([RECORD]);
    expect(await store.history(history[0]?.[0])).toEqual([]);
  });

  it('either answers what was asked, or gives it back', async () => {
    await store.lead('one', LONG);
    await store.ask(ASKED);
    expect(await store.withdraw(ASKED)).toBe(true);
    await store.refuse('one', ASKED, 'no');
    expect(await store.answer(ASKED)).toBeUndefined();
    await store.ask(ASKED);
    await store.refuse('two', ASKED, 'no');
    await store.refuse('one', ASKED, 'not now');
    expect(await store.answer(ASKED)).toEqual({ id: 'a', refusal: 'not now' });
    expect(await store.withdraw(ASKED)).toBe(false);
  });

  it('bounds what waits for who drives', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, part) => {
        for (let index = 0; index < 25; index += 1) {
          await store.ask({ ...ASKED, id: `${part}-${index}` });
        }
      }),
    );
    await expect(store.ask(ASKED)).rejects.toMatchObject({ code: 'CONTROL_STORE' });
  });

  it('gives what was seen to who drives, once, with who has said nothing for long left out', async () => {
    const reporter = { members: ['p1'], wishes: { core: false } } as const;
    await store.tell('one', { core: NOTHING_SEEN }, reporter);
    await store.tell('two', {}, { members: [], wishes: null });
    expect(await store.gather('one', LONG)).toBeUndefined();
    await store.lead('one', LONG);
    const gathered = await store.gather('one', LONG);
    expect(gathered?.seen).toEqual([{ core: NOTHING_SEEN }, {}]);
    expect(gathered?.reporters).toHaveLength(2);
    expect(gathered?.reporters).toContainEqual({ ...reporter, age: expect.any(Number) as number });
    expect((await store.gather('one', LONG))?.seen).toEqual([]);
    await store.leave('two');
    expect((await store.gather('one', LONG))?.reporters).toHaveLength(1);
    expect((await store.gather('one', -1))?.reporters).toEqual([]);
  });

  it('has every process empty a next, when who drives says so', async () => {
    const tell = () => store.tell('two', {}, { members: [], wishes: null });
    expect(await tell()).toEqual(new Map());
    await store.empty('one', 'core');
    expect(await tell()).toEqual(new Map());
    await store.lead('one', LONG);
    await store.empty('one', 'core');
    await store.empty('one', 'core');
    expect(await tell()).toEqual(new Map([['core', 2]]));
  });
});
