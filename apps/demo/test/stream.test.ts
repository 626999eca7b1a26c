import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { followService, type StreamSource } from '../web/stream.js';

type Heard = Parameters<StreamSource['addEventListener']>[1];

/** A connection whose other end is the test. */
class ScriptedSource implements StreamSource {
  isOpen = true;
  readonly #listeners = new Map<string, Heard>();

  addEventListener(name: string, heard: Heard): void {
    this.#listeners.set(name, heard);
  }

  close(): void {
    this.isOpen = false;
  }

  tell(name: string): void {
    this.#listeners.get(name)?.({ data: '{}' });
  }
}

function follow() {
  const clock = new ManualClock();
  const sources: ScriptedSource[] = [];
  const told: string[] = [];
  followService(
    { message: (name) => told.push(name), lost: () => told.push('lost') },
    {
      connect: () => {
        const source = new ScriptedSource();
        sources.push(source);
        return source;
      },
      schedule: (callback, delayMs) => clock.schedule(callback, delayMs),
    },
  );
  const last = (): ScriptedSource => {
    const source = sources.at(-1);
    if (source === undefined) throw new Error('expected a connection');
    return source;
  };
  return { clock, sources, told, last };
}

it('does not say that the service is gone where another process of it takes over', () => {
  const { clock, sources, told, last } = follow();
  last().tell('hello');
  last().tell('error');
  expect(sources[0]?.isOpen).toBe(false);
  clock.advance(1000);
  last().tell('hello');
  expect([sources.length, told]).toEqual([2, ['hello', 'hello']]);
});

it('says that the service is gone where nobody answers, and tries again', () => {
  const { clock, sources, told, last } = follow();
  last().tell('second');
  last().tell('error');
  clock.advance(1000);
  last().tell('error');
  expect(told).toEqual(['second', 'lost']);
  clock.advance(2000);
  last().tell('hello');
  expect([sources.length, told]).toEqual([3, ['second', 'lost', 'hello']]);
});

it('takes silence for the end of the service', () => {
  const { clock, sources, told, last } = follow();
  clock.advance(4999);
  last().tell('second');
  clock.advance(4999);
  expect(told).toEqual(['second']);
  clock.advance(1);
  expect(told).toEqual(['second', 'lost']);
  clock.advance(2000);
  expect([sources.length, sources.map(({ isOpen }) => isOpen)]).toEqual([2, [false, true]]);
});
