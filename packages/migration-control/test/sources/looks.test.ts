import { once, EventEmitter } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@resync/cache-contract/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSource, type StateSource, type Watch, type Wishes } from '../../src/index.js';
import { openFeatureSource } from '../../src/open-feature/index.js';
import { redisSource } from '../../src/redis/index.js';

/** What the documents of the sources call their default. */
const POLL_MS = 5000;

let clock: ManualClock;
let folder: string;

beforeEach(async () => {
  clock = new ManualClock();
  folder = await mkdtemp(join(tmpdir(), 'resync-looks-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** What promises have left to do is done. */
const tasks = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A source under watch, with an event for each time that it says something. */
class Heard extends EventEmitter {
  readonly said: Wishes[] = [];
  readonly broken: unknown[] = [];
  #watch: Watch | undefined;

  async open(source: StateSource): Promise<void> {
    this.#watch = await source.watch({
      said: (wishes) => {
        this.said.push(wishes);
        this.emit('said');
      },
      broke: (error) => {
        this.broken.push(error);
        this.emit('broke');
      },
    });
  }

  async close(): Promise<void> {
    await this.#watch?.close();
  }
}

/** A file behind a link from another folder: who watches the folder of the link sees no change of it. */
async function linkedFile(): Promise<{ readonly link: string; readonly file: string }> {
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const link = join(folder, 'wishes.json');
  const file = join(elsewhere, 'wishes.json');
  await writeFile(file, '{"core":true}');
  await symlink(file, link);
  return { link, file };
}

/** It looks once at the start, again when its time has come and not before, and not after its end. */
async function expectLooks(source: StateSource, change: () => Promise<void>): Promise<void> {
  const heard = new Heard();
  await heard.open(source);
  expect(heard.said).toEqual([{ core: true }]);
  await change();
  clock.advance(POLL_MS - 1);
  expect(clock.pendingTimers).toBe(1);
  const again = once(heard, 'said');
  clock.advance(1);
  await again;
  expect(heard.said).toEqual([{ core: true }, { core: false }]);
  expect(heard.broken).toEqual([]);
  await heard.close();
  expect(clock.pendingTimers).toBe(0);
}

it('a file is looked at every few seconds, where watching its folder shows nothing', async () => {
  const { link, file } = await linkedFile();
  await expectLooks(fileSource({ path: link, clock }), () => writeFile(file, '{"core":false}'));
});

it('a file is looked at on SIGHUP, where watching its folder shows nothing', async () => {
  const { link, file } = await linkedFile();
  const signals = new EventEmitter();
  const heard = new Heard();
  await heard.open(fileSource({ path: link, clock, signals }));
  await writeFile(file, '{"core":false}');
  const again = once(heard, 'said');
  signals.emit('SIGHUP');
  await again;
  expect(heard.said).toEqual([{ core: true }, { core: false }]);
  await heard.close();
  expect(signals.listenerCount('SIGHUP')).toBe(0);
});

it('flags of a provider that tells nothing of changes are looked at every few seconds', async () => {
  let value = 'true';
  const nothing = (): void => undefined;
  const client = {
    getStringDetails: () => Promise.resolve({ value }),
    getObjectDetails: () => Promise.reject(new Error('the flag is a string')),
    addHandler: nothing,
    removeHandler: nothing,
  };
  await expectLooks(openFeatureSource({ client, flags: { core: 'flag' }, clock }), () => {
    value = 'false';
    return Promise.resolve();
  });
});

it('Redis is looked at every few seconds, subscribed to once, and left again', async () => {
  let value = '{"core":true}';
  const asked: string[] = [];
  const subscription = (what: string) => (channel: string) => {
    asked.push(`${what} ${channel}`);
    return Promise.resolve();
  };
  const source = redisSource({
    client: { sendCommand: () => Promise.resolve(value) },
    subscriber: {
      subscribe: subscription('subscribe'),
      unsubscribe: subscription('unsubscribe'),
    },
    key: 'wishes',
    clock,
  });
  await expectLooks(source, () => {
    value = '{"core":false}';
    return Promise.resolve();
  });
  expect(asked).toEqual(['subscribe wishes', 'unsubscribe wishes']);
});

describe('a server that stands still', () => {
  let isStopped: boolean;
  let asked: string[];
  let calls: EventEmitter;

  /** Answers nothing of what it is asked while it is stopped. */
  const server = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    calls.emit(what);
    return isStopped ? new Promise<T>(() => undefined) : value;
  };

  const source = (): StateSource =>
    redisSource({
      client: { sendCommand: () => server('get', '{"core":true}') },
      subscriber: {
        subscribe: () => server('subscribe', undefined),
        unsubscribe: () => server('unsubscribe', undefined),
      },
      key: 'wishes',
      clock,
      timeoutMs: 1000,
    });

  beforeEach(() => {
    isStopped = false;
    asked = [];
    calls = new EventEmitter();
  });

  /** Time for a look, whose read is under way when this resolves. */
  const looks = async (): Promise<void> => {
    const reading = once(calls, 'get');
    clock.advance(POLL_MS);
    await reading;
  };

  it('is a source that broke, once a call has taken too long, and recovers', async () => {
    const heard = new Heard();
    await heard.open(source());
    isStopped = true;
    await looks();
    const broke = once(heard, 'broke');
    clock.advance(999);
    expect(heard.broken).toEqual([]);
    clock.advance(1);
    await broke;
    expect(heard.broken).toEqual([new Error('no answer within 1000 ms')]);
    isStopped = false;
    await tasks();
    const again = once(heard, 'said');
    clock.advance(POLL_MS);
    await again;
    expect(asked).toEqual(['subscribe', 'get', 'get', 'get']);
    expect(heard.broken).toHaveLength(1);
    await heard.close();
  });

  it('is left at once, with nothing told of what was under way', async () => {
    const heard = new Heard();
    await heard.open(source());
    isStopped = true;
    await looks();
    expect(asked).toEqual(['subscribe', 'get', 'get']);
    await heard.close();
    expect(heard.broken).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is subscribed to once, also where that takes longer than a look', async () => {
    isStopped = true;
    const heard = new Heard();
    const opened = heard.open(source());
    clock.advance(1000);
    await opened;
    const broke = once(heard, 'broke');
    clock.advance(POLL_MS);
    clock.advance(1000);
    await broke;
    expect(asked).toEqual(['subscribe']);
    await heard.close();
  });
});
