import { isBelow } from './bucket.js';
import { ROUTES, type Route } from './route.js';
import type { SideName, Step } from './stage.js';

/** The time between two changes of the state. An operation belongs to the epoch in which it began. */
export interface Epoch extends Step {
  /** 1 for the first. */
  readonly number: number;
  readonly route: Route;
}

export function epochAt(number: number, { stage, percentage }: Step): Epoch {
  return Object.freeze({ number, stage, percentage, route: ROUTES[stage] });
}

/** The side whose keys these are: the one that reads ask first. */
export function ownerOf(key: string, { route, percentage }: Epoch): SideName {
  if (route.reads !== 'split') return route.reads;
  return isBelow(key, percentage) ? 'next' : 'legacy';
}

/** The side that all keys belong to, if there is one. */
export function soleOwnerOf({ route, percentage }: Epoch): SideName | undefined {
  if (route.reads !== 'split') return route.reads;
  if (percentage >= 100) return 'next';
  return percentage <= 0 ? 'legacy' : undefined;
}

/** The side whose confirmation makes a write of the key succeed; `either` for keys of next in `live`. */
export function deciderOf(key: string, epoch: Epoch): SideName | 'either' {
  const { decides } = epoch.route;
  if (decides !== 'split') return decides;
  return ownerOf(key, epoch) === 'next' ? 'either' : 'legacy';
}

/** The side whose confirmation makes a clear succeed. */
export function deciderOfClear({ route, percentage }: Epoch): SideName | 'either' {
  if (route.decides !== 'split') return route.decides;
  return percentage === 100 ? 'either' : 'legacy';
}

/**
 * What a side may take in this epoch, in milliseconds; `undefined` where whoever waits for it, waits.
 */
export function limitOf(
  side: SideName,
  { route }: Epoch,
  limits: Readonly<Record<SideName, number>>,
): number | undefined {
  return route.limited.includes(side) ? limits[side] : undefined;
}
