import { expect, it } from 'vitest';
import { AdminWorld, problemOf } from './admin-world.js';

interface SeenEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** Reads a stream of events, one at a time. */
class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = '';

  constructor({ body }: Response) {
    this.#reader = (body as ReadableStream<Uint8Array>).getReader();
  }

  /** The next event with data; undefined: the stream has ended. */
  async next(): Promise<SeenEvent | undefined> {
    for (;;) {
      const block = await this.block();
      if (block === undefined) return undefined;
      if (!block.includes('data: ')) continue;
      const fields = block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2));
      const { id, event, data } = Object.fromEntries(fields) as Record<string, string>;
      return { ...(id && { id }), ...(event && { event }), data: JSON.parse(data ?? 'null') };
    }
  }

  /** What stands between two empty lines. */
  async block(): Promise<string | undefined> {
    while (!this.#text.includes('\n\n')) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += Buffer.from(value).toString();
    }
    const [block = '', ...rest] = this.#text.split('\n\n');
    this.#text = rest.join('\n\n');
    return block;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function follow(world: AdminWorld, lastId?: string): Promise<EventReader> {
  const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId };
  const response = await world.ask('/admin/events', { headers });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return new EventReader(response);
}

it('sends the state, then each record and each change', async () => {
  const world = new AdminWorld();
  const events = await follow(world);
  const first = await events.next();
  expect(first).toMatchObject({ event: 'state', data: { isPaused: false } });
  world.operator.percentage = 25;
  world.operator.record('promoted');
  expect(await events.next()).toMatchObject({ event: 'record', data: { sentence: 'promoted' } });
  expect(await events.next()).toMatchObject({
    event: 'state',
    data: { components: [{ at: { percentage: 25 } }, {}] },
  });
  await events.cancel();
});

it('sends nothing twice: a record that changes nothing is followed by no state', async () => {
  const world = new AdminWorld();
  const events = await follow(world);
  await events.next();
  world.operator.record('one');
  world.operator.record('two');
  expect(await events.next()).toMatchObject({ data: { sentence: 'one' } });
  expect(await events.next()).toMatchObject({ data: { sentence: 'two' } });
  world.operator.record('three');
  expect(await events.next()).toMatchObject({ data: { sentence: 'three' } });
  await events.cancel();
});

it('beats its heart, and finds changes that left no record', async () => {
  const world = new AdminWorld({ heartbeatMs: 1000 });
  const events = await follow(world);
  await events.next();
  world.operator.percentage = 50;
  world.clock.advance(1000);
  expect(await events.block()).toBe(': still here');
  expect(await events.next()).toMatchObject({
    event: 'state',
    data: { components: [{ at: { percentage: 50 } }, {}] },
  });
  await events.cancel();
});

it('goes on after the last event that was seen', async () => {
  const world = new AdminWorld();
  const [events, other] = [await follow(world), await follow(world)];
  await events.next();
  world.operator.record('one');
  const { id = '' } = (await events.next()) ?? {};
  await events.cancel();
  world.operator.record('two');
  const again = await follow(world, id);
  expect(await again.next()).toMatchObject({ event: 'record', data: { sentence: 'two' } });
  await other.cancel();
  await again.cancel();
});

it('begins with the state where the last event is one that it does not know', async () => {
  const world = new AdminWorld();
  const events = await follow(world, 'from-elsewhere.1.7');
  expect(await events.next()).toMatchObject({ event: 'state' });
  await events.cancel();
});

it('leaves nothing behind when its last follower goes', async () => {
  const world = new AdminWorld();
  const events = await follow(world);
  await events.next();
  expect(world.operator.followers).toBe(1);
  await events.cancel();
  expect(world.operator.followers).toBe(0);
  expect(world.clock.pendingTimers).toBe(0);
});

it('ends the stream of one who does not read', async () => {
  const world = new AdminWorld();
  const [slow, quick] = [await follow(world), await follow(world)];
  await quick.next();
  for (let count = 0; count < 600; count += 1) {
    world.operator.record(`record ${count}`);
    await quick.next();
  }
  let seen = 0;
  while ((await slow.next()) !== undefined) seen += 1;
  expect(seen).toBeGreaterThan(100);
  expect(seen).toBeLessThan(300);
  await quick.cancel();
  expect(world.operator.followers).toBe(0);
});

it('has so many streams and no more', async () => {
  const world = new AdminWorld({ maxStreams: 2 });
  const streams = [await follow(world), await follow(world)];
  expect(await problemOf(await world.ask('/admin/events'))).toMatchObject({ status: 503 });
  await streams[0]?.cancel();
  await (await follow(world)).cancel();
  await streams[1]?.cancel();
});

it('ends with the service', async () => {
  const closing = new AbortController();
  const world = new AdminWorld({ signal: closing.signal });
  const events = await follow(world);
  await events.next();
  closing.abort();
  expect(await events.next()).toBeUndefined();
  expect(world.clock.pendingTimers).toBe(0);
});

it('survives a state that cannot be had', async () => {
  const world = new AdminWorld();
  const report = world.operator.report.bind(world.operator);
  world.operator.report = () => Promise.reject(new Error('store is away'));
  const events = await follow(world);
  world.operator.record('one');
  expect(await events.next()).toMatchObject({ data: { sentence: 'one' } });
  world.operator.report = report;
  world.operator.record('two');
  expect(await events.next()).toMatchObject({ data: { sentence: 'two' } });
  expect(await events.next()).toMatchObject({ event: 'state' });
  expect(world.errors).not.toEqual([]);
  await events.cancel();
});
