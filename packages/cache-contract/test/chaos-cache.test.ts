import { describe, expect, it } from 'vitest';
import { ChaosCache } from '../src/testing/chaos-cache.js';
import { ManualClock } from '../src/testing/manual-clock.js';
import { ReferenceCache } from '../src/testing/reference-cache.js';
import type { Cache } from '../src/index.js';

function setUp(seed = 1) {
  const clock = new ManualClock();
  const inner = new ReferenceCache({ clock });
  return { clock, inner, chaos: new ChaosCache(inner, { clock, seed }) };
}

describe('a cache that goes wrong on demand', () => {
  it('fails without an effect, until it is healed', async () => {
    const { inner, chaos } = setUp();
    chaos.inject({ kind: 'fail', error: new Error('down') });
    await expect(chaos.set('key', 1)).rejects.toThrow('down');
    expect(await inner.size()).toBe(0);
    chaos.heal();
    await chaos.set('key', 1);
    expect(await inner.size()).toBe(1);
  });

  it('fails after the effect', async () => {
    const { inner, chaos } = setUp();
    chaos.inject({ kind: 'fail-after-applying' });
    await expect(chaos.set('key', 1)).rejects.toThrow('injected fault');
    expect(await inner.get('key')).toBe(1);
  });

  it('hangs until it is released, and has its effect then', async () => {
    const { inner, chaos } = setUp();
    chaos.inject({ kind: 'hang' });
    const hanging = chaos.set('key', 1);
    chaos.heal();
    await chaos.set('other', 2);
    expect(await inner.getKeys()).toEqual(['other']);
    chaos.release();
    await hanging;
    expect(await inner.get('key')).toBe(1);
  });

  it('has its effect after a delay', async () => {
    const { clock, inner, chaos } = setUp();
    chaos.inject({ kind: 'delay', ms: 50 });
    const slow = chaos.set('key', 1);
    clock.advance(49);
    expect(await inner.has('key')).toBe(false);
    clock.advance(1);
    await slow;
    expect(await inner.has('key')).toBe(true);
  });

  it('recovers after so many faults', async () => {
    const { chaos } = setUp();
    chaos.inject({ kind: 'fail' }, { times: 2 });
    for (let call = 0; call < 2; call += 1) {
      await expect(chaos.get('key')).rejects.toThrow('injected');
    }
    await chaos.get('key');
  });

  it('goes wrong for some operations and keys only', async () => {
    const { chaos } = setUp();
    chaos.inject({ kind: 'fail' }, { operations: ['set'], keys: ['a'] });
    chaos.inject({ kind: 'fail' }, { operations: ['getMany'], keys: (key) => key.startsWith('b') });
    await expect(chaos.set('a', 1)).rejects.toThrow('injected');
    await chaos.set('b', 1);
    await chaos.get('a');
    await expect(chaos.getMany(['a', 'b'])).rejects.toThrow('injected');
    await chaos.getMany(['a']);
    await chaos.clear();
  });

  it('lets the fault decide that was injected last', async () => {
    const { chaos } = setUp();
    chaos.inject({ kind: 'fail', error: new Error('for all') });
    chaos.inject({ kind: 'fail', error: new Error('for gets') }, { operations: ['get'], times: 1 });
    await expect(chaos.get('key')).rejects.toThrow('for gets');
    await expect(chaos.get('key')).rejects.toThrow('for all');
  });

  it('goes wrong in the same way by the same seed', async () => {
    const failures = async (seed: number): Promise<readonly number[]> => {
      const { chaos } = setUp(seed);
      chaos.inject({ kind: 'fail' }, { rate: 0.3 });
      const failed: number[] = [];
      for (let call = 0; call < 1000; call += 1) {
        await chaos.get('key').catch(() => failed.push(call));
      }
      return failed;
    };
    const first = await failures(7);
    expect(await failures(7)).toEqual(first);
    expect(await failures(8)).not.toEqual(first);
    expect(first.length).toBeGreaterThan(200);
    expect(first.length).toBeLessThan(400);
  });

  it('shuts down whatever is injected', async () => {
    const { inner, chaos } = setUp();
    chaos.inject({ kind: 'fail' });
    await chaos.shutdown();
    await expect(inner.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
  });

  it('can what the inner cache can, and refuses the rest', async () => {
    const { inner, chaos } = setUp();
    expect(chaos.capabilities).toBe(inner.capabilities);
    const plain = new ChaosCache({
      capabilities: { expiry: 'absolute', shared: false, normalises: [] },
    } as unknown as Cache);
    await expect(plain.add('key', 1)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(plain.entries().next()).rejects.toThrow('declares entries');
    expect(() => plain.statsNow()).toThrow('declares statsNow');
  });
});
