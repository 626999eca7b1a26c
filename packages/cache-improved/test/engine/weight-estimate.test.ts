import { expect, it } from 'vitest';
import { estimateWeight } from '../../src/engine/weight-estimate.js';

it('grows with what is held', () => {
  expect(estimateWeight('x'.repeat(1000), 'k')).toBeGreaterThan(2000);
  expect(estimateWeight(new Uint8Array(5000), 'k')).toBeGreaterThan(5000);
  expect(estimateWeight({ text: 'x'.repeat(1000) }, 'k')).toBeGreaterThan(2000);
  expect(estimateWeight(Array(100_000).fill('x'.repeat(10)), 'k')).toBeGreaterThan(3_000_000);
  expect(estimateWeight(new Map([['a', 'x'.repeat(1000)]]), 'k')).toBeGreaterThan(2000);
  expect(estimateWeight(new Set(['x'.repeat(1000)]), 'k')).toBeGreaterThan(2000);
  expect(estimateWeight(1, 'k'.repeat(500))).toBeGreaterThan(1000);
});

it('calls no code of the value, and ends in a circle', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(estimateWeight(circle, 'k')).toBeLessThan(1e6);
  const trap = {
    get member(): never {
      throw new Error('was read');
    },
    toJSON(): never {
      throw new Error('was serialised');
    },
  };
  expect(estimateWeight(trap, 'k')).toBeGreaterThan(0);
  const proxy = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('was looked at');
      },
    },
  );
  expect(estimateWeight(proxy, 'k')).toBeGreaterThan(0);
});
