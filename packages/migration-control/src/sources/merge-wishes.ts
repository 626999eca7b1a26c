import { STAGES } from '@resync/cache-migration';
import type { Wish, WishedTarget, Wishes } from './wish.js';

/**
 * The wishes of all sources as one, in which the most careful one counts, whichever source it comes
 * from: taking back before the lowest target, that before "may migrate", that before no opinion.
 */
export function mergeWishes(all: readonly Wishes[]): Wishes {
  const merged = new Map<string, Wish>();
  for (const wishes of all) {
    for (const [component, wish] of Object.entries(wishes)) {
      merged.set(component, moreCareful(merged.get(component) ?? true, wish));
    }
  }
  return Object.fromEntries(merged);
}

function moreCareful(one: Wish, other: Wish): Wish {
  if (one === false || other === false) return false;
  if (one === true) return other;
  if (other === true) return one;
  return height(one) <= height(other) ? one : other;
}

function height({ stage, percentage }: WishedTarget): number {
  return STAGES.indexOf(stage) * 1000 + percentage;
}
