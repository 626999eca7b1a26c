import type { FleetState, Stage } from '@resync/cache-migration';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/fleet/decide.js';
import type { FleetTarget } from '../../src/fleet/fleet-record.js';
import { memberOf, NOW, snapshotAt, stateAt, targetAt } from './snapshot-at.js';

const WARM = { legacy: 'warm', next: 'warm' } as const;

const change = (to: Partial<FleetState>) => ({ kind: 'change', to: { cold: WARM, ...to } });
const at = (stage: Stage, percentage: number) => ({ stage, percentage });

describe('a step', () => {
  it.each([
    [at('off', 0), at('complete', 100), { ...at('dualwrite', 0), next: 'confirming' }],
    [at('dualwrite', 0), at('complete', 100), at('shadow', 0)],
    [at('shadow', 0), at('live', 100), at('live', 0)],
    [at('live', 0), at('live', 25), at('live', 25)],
    [at('live', 25), at('complete', 100), at('live', 100)],
    [at('live', 100), at('complete', 100), at('rampdown', 100)],
    [at('rampdown', 100), at('complete', 100), { ...at('complete', 100), legacy: 'cold' }],
    [at('live', 50), at('live', 10), at('live', 10)],
    [at('rampdown', 100), at('live', 10), at('live', 100)],
    [at('rampdown', 100), at('off', 0), at('live', 0)],
    [at('live', 50), at('off', 0), at('live', 0)],
    [at('live', 0), at('off', 0), at('shadow', 0)],
    [at('shadow', 0), at('off', 0), at('dualwrite', 0)],
    [at('dualwrite', 0), at('off', 0), { ...at('off', 0), next: 'cold' }],
  ] as const)(
    'from %j on the way to %j goes to %j',
    (from, target, { stage, percentage, ...cold }) => {
      const decision = decide(snapshotAt(stateAt(from), targetAt(target)));
      expect(decision).toMatchObject(change({ stage, percentage, cold: { ...WARM, ...cold } }));
    },
  );

  it('back from complete goes to rampdown with a legacy that is not read, if that was asked for', () => {
    const cold = { legacy: 'cold', next: 'warm' } as const;
    const state = stateAt({ stage: 'complete', cold });
    const target = targetAt({ stage: 'live', percentage: 100 });
    expect(decide(snapshotAt(state, target))).toEqual({ kind: 'rest' });
    expect(decide(snapshotAt(state, { ...target, cold: true }))).toMatchObject(
      change({ ...at('rampdown', 100), cold: { legacy: 'confirming', next: 'warm' } }),
    );
  });

  it('of a cold rollback waits in rampdown until legacy was emptied, and goes on through live 100', () => {
    const target = targetAt({ stage: 'live', percentage: 0, cold: true });
    const cold = { legacy: 'confirming', next: 'warm' } as const;
    const waiting = stateAt({ stage: 'rampdown', cold });
    const behind = memberOf(waiting, { acknowledged: undefined });
    expect(decide(snapshotAt(waiting, target, [behind]))).toMatchObject({ kind: 'wait' });
    expect(decide(snapshotAt(waiting, target))).toEqual({ kind: 'empty', side: 'legacy' });
    expect(decide(snapshotAt(stateAt({ stage: 'rampdown' }), target))).toMatchObject(
      change(at('live', 100)),
    );
  });

  it('is not taken where nothing was asked for, or what was asked for is reached', () => {
    const state = stateAt({ stage: 'live', percentage: 25 });
    expect(decide(snapshotAt(state))).toEqual({ kind: 'rest' });
    expect(decide(snapshotAt(state, targetAt(at('live', 25))))).toEqual({ kind: 'rest' });
  });

  it('is not taken without a member, or before every member has acknowledged the last', () => {
    const state = stateAt({ stage: 'shadow' });
    const target = targetAt(at('live', 50));
    const [one, two] = [memberOf(state), memberOf(state, { id: 'two', acknowledged: undefined })];
    expect(decide(snapshotAt(state, target, []))).toEqual({ kind: 'wait', members: [] });
    expect(decide(snapshotAt(state, target, [one, two]))).toEqual({
      kind: 'wait',
      members: ['two'],
    });
  });

  it.each([at('live', 10), at('live', 100), at('rampdown', 100)])(
    'from %j to live 0 waits for nobody',
    (from) => {
      const state = stateAt(from);
      const behind = memberOf(state, { acknowledged: undefined });
      expect(decide(snapshotAt(state, targetAt(at('live', 0)), [behind]))).toMatchObject(
        change(at('live', 0)),
      );
      expect(decide(snapshotAt(stateAt(at('live', 0)), targetAt(at('off', 0)), [behind]))).toEqual({
        kind: 'wait',
        members: ['one'],
      });
    },
  );
});

describe('a member', () => {
  it('that has not renewed in time is struck out first', () => {
    const state = stateAt({ stage: 'live', percentage: 50 });
    const gone = memberOf(state, { id: 'two', until: NOW - 1 });
    const target = targetAt(at('live', 0));
    expect(decide(snapshotAt(state, target, [memberOf(state), gone]))).toEqual({
      kind: 'strike out',
      members: ['two'],
    });
  });
});

describe('a side that is not warm', () => {
  const warmth = (next: FleetState['cold']['next']) =>
    stateAt({ stage: 'live', percentage: 50, cold: { legacy: 'warm', next } });

  it('is lifted out of it in two epochs, and emptied between them', () => {
    expect(decide(snapshotAt(warmth('declared')))).toMatchObject(
      change({ ...at('live', 50), cold: { ...WARM, next: 'cold' } }),
    );
    expect(decide(snapshotAt(warmth('cold')))).toMatchObject(
      change({ ...at('live', 50), cold: { ...WARM, next: 'confirming' } }),
    );
    expect(decide(snapshotAt(warmth('confirming')))).toEqual({ kind: 'empty', side: 'next' });
  });

  it('comes before a step up, and next is let go on the way down', () => {
    expect(decide(snapshotAt(warmth('cold'), targetAt(at('live', 100))))).toMatchObject(
      change({ ...at('live', 50), cold: { ...WARM, next: 'confirming' } }),
    );
    expect(decide(snapshotAt(warmth('cold'), targetAt(at('live', 10))))).toMatchObject(
      change({ ...at('live', 10), cold: { ...WARM, next: 'cold' } }),
    );
  });

  it('is left alone where it is not written', () => {
    const off = stateAt({ stage: 'off', cold: { legacy: 'warm', next: 'cold' } });
    const complete = stateAt({ stage: 'complete', cold: { legacy: 'cold', next: 'warm' } });
    expect([decide(snapshotAt(off)), decide(snapshotAt(complete))]).toEqual([
      { kind: 'rest' },
      { kind: 'rest' },
    ]);
  });

  it('keeps the fleet from off where it is legacy', () => {
    const state = stateAt({ stage: 'dualwrite', cold: { legacy: 'cold', next: 'warm' } });
    expect(decide(snapshotAt(state, targetAt(at('off', 0))))).toMatchObject({
      to: { stage: 'dualwrite', cold: { legacy: 'confirming' } },
    });
  });
});

/** The table of the protocol, once more: who is a neighbour of whom. */
const NEIGHBOURS: Readonly<Record<Stage, readonly Stage[]>> = {
  off: ['dualwrite'],
  dualwrite: ['off', 'shadow'],
  shadow: ['dualwrite', 'live'],
  live: ['shadow', 'live', 'rampdown'],
  rampdown: ['live', 'complete'],
  complete: ['rampdown'],
};

const places = fc.oneof(
  fc.constantFrom(
    at('off', 0),
    at('dualwrite', 0),
    at('shadow', 0),
    at('rampdown', 100),
    at('complete', 100),
  ),
  fc.constantFrom(0, 1, 25, 50, 99.5, 100).map((percentage) => at('live', percentage)),
);
const warmths = fc.constantFrom('warm', 'declared', 'cold', 'confirming');

describe('from any state to any target', () => {
  const starts = fc.record({
    place: places,
    cold: fc.record({ legacy: warmths, next: warmths }),
    target: places,
    isCold: fc.boolean(),
  });

  it('the fleet arrives, by neighbours alone, and reads no side that was not emptied', () => {
    fc.assert(
      fc.property(starts, ({ place, cold, target: to, isCold }) => {
        const target: FleetTarget = targetAt({ ...to, ...(isCold && { cold: true }) });
        let state = stateAt({ ...place, cold });
        for (let round = 0; round < 60; round += 1) {
          const decision = decide(snapshotAt(state, target));
          if (decision.kind === 'rest') break;
          if (decision.kind === 'empty') {
            expect(state.cold[decision.side]).toBe('confirming');
            state = {
              ...state,
              epoch: state.epoch + 1,
              cold: { ...state.cold, [decision.side]: 'warm' },
            };
            continue;
          }
          if (decision.kind !== 'change')
            throw new Error(`expected a change; got ${decision.kind}`);
          const next = decision.to;
          const isStep = next.stage !== state.stage || next.percentage !== state.percentage;
          if (isStep) {
            expect(NEIGHBOURS[state.stage]).toContain(next.stage);
            if (state.stage === 'shadow' && next.stage === 'live') expect(next.percentage).toBe(0);
            if (state.stage === 'live' && next.stage === 'shadow') expect(state.percentage).toBe(0);
            if (next.stage === 'rampdown' && state.stage === 'live')
              expect(state.percentage).toBe(100);
            if (next.stage === 'off') expect(state.cold.legacy).toBe('warm');
            if (next.stage === 'complete') expect(state.cold.next).toBe('warm');
            if (state.stage === 'off') expect(next.cold.next).toBe('confirming');
            if (state.stage === 'complete') expect(next.cold.legacy).toBe('confirming');
          }
          for (const side of ['legacy', 'next'] as const) {
            if (state.cold[side] !== 'warm') expect(next.cold[side]).not.toBe('warm');
          }
          state = { ...next, epoch: state.epoch + 1 };
        }
        const mayLeave = place.stage !== 'complete' || to.stage === 'complete' || isCold;
        const { stage, percentage } = mayLeave ? to : place;
        expect(state).toMatchObject({ stage, percentage });
        expect(decide(snapshotAt(state, target))).toEqual({ kind: 'rest' });
      }),
      { numRuns: 500 },
    );
  });
});
