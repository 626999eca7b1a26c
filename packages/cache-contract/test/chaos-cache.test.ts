import { describe, expect, it } from 'vitest';
import { ChaosCache } from '../src/testing/chaos-cache.js';
import { MISS, type Cache } from '../src/index.js';

/** Just enough of a cache to have effects on. */
function setUp() {
  const entries = new Map<string, unknown>();
  const inner = {
    capabilities: {
      leases: true,
      statsNow: true,
      expiry: 'absolute',
      shared: false,
      normalises: [],
    },
    get: async (key: string) => entries.get(key),
    lookup: async () => MISS,
    set: async (key: string, value: unknown) => void entries.set(key, value),
    shutdown: async () => undefined,
  } as unknown as Cache;
  return { entries, chaos: new ChaosCache(inner) };
}

describe('a cache that goes wrong on demand', () => {
  it('passes calls on while nothing is injected', async () => {
    const { chaos } = setUp();
    await chaos.set('key', 1);
    expect(await chaos.get('key')).toBe(1);
  });

  it('fails without an effect, until it is healed', async () => {
    const { entries, chaos } = setUp();
    chaos.inject({ kind: 'fail', error: new Error('down') });
    await expect(chaos.set('key', 1)).rejects.toThrow('down');
    expect(entries.size).toBe(0);
    chaos.heal();
    await chaos.set('key', 1);
    expect(entries.size).toBe(1);
  });

  it('fails after the effect', async () => {
    const { entries, chaos } = setUp();
    chaos.inject({ kind: 'fail-after-applying' });
    await expect(chaos.set('key', 1)).rejects.toThrow('injected fault');
    expect(entries.get('key')).toBe(1);
  });

  it('hangs until it is released, and has its effect then', async () => {
    const { entries, chaos } = setUp();
    chaos.inject({ kind: 'hang' });
    const hanging = chaos.set('key', 1);
    chaos.heal();
    await chaos.set('other', 2);
    expect([...entries.keys()]).toEqual(['other']);
    chaos.release();
    await hanging;
    expect(entries.get('key')).toBe(1);
  });

  it('shuts down whatever is injected', async () => {
    const { chaos } = setUp();
    chaos.inject({ kind: 'fail' });
    await chaos.shutdown();
  });

  it('promises no more than it passes on', () => {
    expect(setUp().chaos.capabilities).toMatchObject({ leases: false, statsNow: false });
  });
});
