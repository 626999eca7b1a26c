import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../src/engine/deadlines.js';

function endedBy(deadlines: Deadlines, now: number): number[] {
  const slots: number[] = [];
  let isMore = true;
  while (isMore) {
    isMore = deadlines.visitBlock(now, (slot) => {
      slots.push(slot);
      deadlines.forget(slot);
    });
  }
  return slots;
}

const moments = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(Infinity), fc.constant(4e12));
const steps = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.record({ slot: fc.integer({ min: 0, max: 4999 }), end: moments }) },
    { weight: 1, arbitrary: fc.record({ until: fc.integer({ min: 0, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ grow: fc.integer({ min: 1, max: 300 }) }) },
  ),
  { maxLength: 200 },
);

describe('deadlines', () => {
  it('finds all that has ended and nothing else, as a map does', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5000 }), (history, size) => {
        let slots = size;
        let now = 0;
        const deadlines = new Deadlines(slots);
        const model = new Map<number, number>();
        for (const step of history) {
          if ('grow' in step) {
            slots += step.grow;
            deadlines.grow(slots);
          } else if ('until' in step) {
            now += step.until;
            const due = [...model].filter(([, end]) => end <= now).map(([slot]) => slot);
            expect(endedBy(deadlines, now).sort()).toEqual(due.sort());
            for (const slot of due) model.delete(slot);
          } else {
            deadlines.set(step.slot % slots, step.end);
            model.set(step.slot % slots, step.end);
          }
          expect(deadlines.earliest).toBeLessThanOrEqual(Math.min(Infinity, ...model.values()));
        }
        for (const [slot, end] of model) expect(deadlines.at(slot)).toBe(end);
      }),
      { numRuns: 150 },
    );
  });

  it('takes no more steps for one block among a million slots than for a few', () => {
    const deadlines = new Deadlines(1_000_000);
    for (let slot = 0; slot < 1_000_000; slot += 1) deadlines.set(slot, 10 + slot);
    deadlines.visitBlock(10, (slot) => deadlines.forget(slot));
    // Four levels of 64, once to find and once to correct.
    expect(deadlines.steps).toBeLessThanOrEqual(2 * 4 * 64);
  });

  it('takes a few steps an entry, whatever order they end in', () => {
    const deadlines = new Deadlines(100_000);
    for (let slot = 0; slot < 100_000; slot += 1) deadlines.set(slot, (slot * 7919) % 1000);
    let found = 0;
    let taken = 0;
    for (let now = 0; now < 1000; now += 1) {
      let isMore = true;
      while (isMore) {
        isMore = deadlines.visitBlock(now, (slot) => {
          deadlines.forget(slot);
          found += 1;
        });
        taken += deadlines.steps;
      }
    }
    expect(found).toBe(100_000);
    expect(taken / found).toBeLessThan(500);
  });

  it('looks once at an end that was put off', () => {
    const deadlines = new Deadlines(1000);
    deadlines.set(500, 10);
    deadlines.set(500, 1000);
    expect(endedBy(deadlines, 10)).toEqual([]);
    expect(deadlines.earliest).toBe(1000);
  });
});
