import { setTimeout as delay } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** How slow a backend is. */
export interface LatencyProfile {
  readonly seed: number;
  /** Half of the answers take less, in milliseconds. */
  readonly medianMs: number;
  /** The spread of the logarithm: 0.3 puts one answer in a hundred at twice the median. */
  readonly sigma: number;
}

/** Milliseconds that a real backend would take: log-normal, the same for every run of one seed. */
export function latencyDraws({ seed, medianMs, sigma }: LatencyProfile): () => number {
  const random = xoroshiro128plus(seed);
  return () => {
    // A normal deviate by the method of Box and Muller (1958).
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const deviate = radius * Math.cos(2 * Math.PI * uniformFloat64(random));
    return medianMs * Math.exp(sigma * deviate);
  };
}

/** Waits as long as a real backend would take. */
export function seededLatency(profile: LatencyProfile): () => Promise<void> {
  const draw = latencyDraws(profile);
  return () => delay(draw(), undefined, { ref: false });
}
