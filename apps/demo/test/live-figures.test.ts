import { describe, expect, it } from 'vitest';
import { LiveHistory } from '../server/live/live-history.js';
import type { Figures } from '../server/live/page-messages.js';
import { p95Of, SideSamples } from '../server/live/side-samples.js';
import { Timeline } from '../server/live/timeline.js';
import { EMPTY_MODEL, maySteer, received, type PageModel } from '../web/model.js';
import type { PageSnapshot } from '../server/live/page-messages.js';

const figures = { legacyReads: 1, nextReads: null } as Figures;

describe('what is kept', () => {
  it('of the figures are five minutes, in columns of one length', () => {
    const history = new LiveHistory(['core']);
    for (let second = 0; second < 400; second += 1) history.add(second, { core: figures });
    const { at, figures: columns } = history.all;
    expect([at[0], at.length]).toEqual([100, 300]);
    expect(Object.values(columns['core'] ?? {}).map(({ length }) => length)).toEqual(
      new Array(12).fill(300),
    );
  });

  it('of what happened are two hundred events', () => {
    const timeline = new Timeline();
    for (let count = 0; count < 250; count += 1) {
      timeline.add({ at: count, component: undefined, kind: 'note', sentence: `${count}` });
    }
    expect(timeline.events).toHaveLength(200);
    expect(timeline.events.at(-1)).toMatchObject({ id: 250, sentence: '249' });
  });
});

describe('the figures of a side', () => {
  it('are those of the last five seconds', () => {
    const samples = new SideSamples();
    for (let second = 1; second <= 7; second += 1) {
      samples.took(second);
      samples.endSecond({ hits: second, reads: 10 });
    }
    expect(samples.latencies).toEqual([3, 4, 5, 6, 7]);
    expect([samples.hits, samples.reads]).toEqual([25, 50]);
  });

  it('have no 95th percentile of nothing', () => {
    expect(p95Of([])).toBeNull();
    expect(p95Of(Array.from({ length: 100 }, (_, index) => index + 1))).toBe(95);
  });
});

describe('the page', () => {
  const snapshot = {
    at: 1000,
    phase: 'rollout',
    figures: { all: figures },
  } as unknown as PageSnapshot;

  it('draws each second once, whatever changes within it', () => {
    const second = received(EMPTY_MODEL, 'second', snapshot);
    const changed = received(second, 'change', { ...snapshot, isPaused: true });
    expect(changed.history.at).toEqual([1000]);
    expect(changed.snapshot?.isPaused).toBe(true);
  });

  it.each<[Partial<PageModel>, boolean]>([
    [{}, true],
    [{ token: undefined }, false],
    [{ connection: 'lost' }, false],
    [{ snapshot: { ...snapshot, phase: 'rehearsal' } }, false],
  ])('steers by token, connection and phase: %#', (change, may) => {
    expect(maySteer({ ...EMPTY_MODEL, connection: 'live', token: 't', snapshot, ...change })).toBe(
      may,
    );
  });
});
