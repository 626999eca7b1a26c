import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIRST_SLOT } from '../../src/engine/eviction-policy.js';
import { Lru } from '../../src/engine/lru.js';

it('is a list in order of use', () => {
  const step = fc.record({
    do: fc.constantFrom('use' as const, 'use' as const, 'remove' as const, 'evict' as const),
    slot: fc.integer({ min: FIRST_SLOT, max: FIRST_SLOT + 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (history) => {
      const policy = new Lru();
      policy.grow(FIRST_SLOT + 10);
      let model: number[] = [];
      for (const { do: action, slot } of history) {
        const isThere = model.includes(slot);
        if (action === 'evict') {
          expect(policy.takeVictim()).toBe(model.shift() ?? 0);
        } else {
          model = model.filter((other) => other !== slot);
          if (action === 'use') model.push(slot);
          if (action === 'remove' && isThere) policy.removed(slot);
          if (action === 'use' && isThere) policy.hit(slot);
          if (action === 'use' && !isThere) policy.added(slot);
        }
      }
      for (const slot of model) expect(policy.takeVictim()).toBe(slot);
      expect(policy.takeVictim()).toBe(0);
    }),
  );
});
