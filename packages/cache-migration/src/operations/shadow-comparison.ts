import { isDeepStrictEqual } from 'node:util';
import type { Lease, Lookup } from '@resync/cache-contract';
import type { Epoch } from '../stages/epoch.js';
import type { Leases } from '../keys/leases.js';
import type { GuardedObserver, Verdict } from '../observation/migration-observer.js';
import type { Side } from '../sides/side.js';

/** What a comparison is told. */
export interface ShadowSettings {
  readonly leases: Leases;
  readonly observer: GuardedObserver;
  /** The share of reads that are compared, 0 to 1. */
  readonly rate: number;
  readonly random: () => number;
  /** Milliseconds that next may take. */
  readonly limitMs: number;
}

/** Comparisons that are under way at once; reads beyond are not compared. */
const BOUND = 64;

/**
 * In `shadow`, compares a sample of what legacy answered with what next would have answered, in the
 * background. The lease tells whether a write came in between, and the comparison says nothing then.
 */
export class ShadowComparison<V> {
  readonly #next: Side<V>;
  readonly #settings: ShadowSettings;
  #underWay = 0;

  constructor(next: Side<V>, settings: ShadowSettings) {
    this.#next = next;
    this.#settings = settings;
  }

  /** Carries out a read, and compares it where the sample takes it. The reader waits for `read` alone. */
  async observe(key: string, epoch: Epoch, read: () => Promise<Lookup<V>>): Promise<Lookup<V>> {
    const lease = this.#sample(key, epoch);
    if (lease === undefined) return read();
    this.#underWay += 1;
    const answer = read();
    void this.#compare(key, answer, lease).then((verdict) => {
      this.#underWay -= 1;
      this.#settings.leases.release(key, lease);
      this.#settings.observer.compared(verdict);
    });
    return answer;
  }

  #sample(key: string, epoch: Epoch): Lease | undefined {
    const { rate, random, leases } = this.#settings;
    if (epoch.stage !== 'shadow' || this.#underWay >= BOUND || random() >= rate) return undefined;
    return leases.grant(key, epoch.number);
  }

  async #compare(key: string, reading: Promise<Lookup<V>>, lease: Lease): Promise<Verdict> {
    const { leases, limitMs } = this.#settings;
    const answer = await reading.catch(() => undefined);
    if (answer === undefined || this.#next.trustFor(key) !== 'trusted') return 'inconclusive';
    const outcome = await this.#next.read(limitMs, (cache) => cache.lookup(key));
    if (!leases.holds(key, lease)) return 'inconclusive';
    return outcome.kind === 'answered' ? verdictOf(answer, outcome.answer) : 'error';
  }
}

function verdictOf<V>(legacy: Lookup<V>, next: Lookup<V>): Verdict {
  if (legacy.kind === 'miss') return next.kind === 'miss' ? 'match' : 'expiry';
  if (next.kind === 'miss') return 'absent';
  try {
    return isDeepStrictEqual(legacy.value, next.value) ? 'match' : 'value';
  } catch {
    // A value whose parts cannot be read, or that is nested deeper than the stack.
    return 'error';
  }
}
