import type { Clock, Lease, Lookup } from '@resync/cache-contract';
import { differenceOf, type Equality } from './compare-answers.js';
import type { Leases } from '../keys/leases.js';
import type { MigrationLimits } from '../migration-options.js';
import type { GuardedObserver, Verdict } from '../observation/migration-observer.js';
import type { Comparison, Difference, Mismatch } from '../observation/mismatch.js';
import { Recent } from '../observation/recent.js';
import { Redaction } from '../observation/redaction.js';
import type { ShadowSettings } from '../shadow-options.js';
import type { Outcome } from '../sides/outcome.js';
import type { Sides } from '../sides/sides.js';
import type { Epoch } from '../stages/epoch.js';

/** What a comparison is told. */
export interface ShadowComparisonSettings<V> extends ShadowSettings<V> {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  readonly random: () => number;
  readonly limits: MigrationLimits;
}

/** A read that is compared, with the lease that is lost to any write since it began. */
interface Subject {
  readonly key: string;
  readonly epoch: Epoch;
  readonly lease: Lease;
}

/** What a look at both sides came to; a comparison where they differ. */
type Finding<V> = Comparison<V> | Exclude<Verdict, Difference>;

/** Comparisons that are under way at once, those included that wait for their second look. */
const BOUND = 64;

/**
 * In `shadow`, compares a sample of what legacy answered with what next would have answered, in the
 * background. A difference is looked at twice, and is believed where it stays with no write in between.
 */
export class ShadowComparison<V> {
  readonly #sides: Sides<V>;
  readonly #settings: ShadowComparisonSettings<V>;
  readonly #equality: Equality<V>;
  readonly #redaction: Redaction<V>;
  readonly #recent: Recent<Mismatch>;
  /** Second looks that wait for their time; called, each ends its wait. */
  readonly #waiting = new Set<() => void>();
  #underWay = 0;
  #leftUntilDrawn: number;
  #isEnded = false;

  constructor(sides: Sides<V>, settings: ShadowComparisonSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
    this.#redaction = new Redaction(settings);
    this.#recent = new Recent(settings.samples);
    this.#leftUntilDrawn = this.#drawGap();
    // Where an entry ends that slides depends on who read it last.
    const isFixed = [sides.legacy, sides.next].every(
      ({ cache }) => cache.capabilities.expiry === 'absolute',
    );
    this.#equality = {
      compare: settings.compare,
      expiryTolerance: isFixed ? settings.expiryTolerance : Infinity,
    };
  }

  /** The last mismatches, the newest last. */
  get mismatches(): readonly Mismatch[] {
    return this.#recent.list;
  }

  /** Whether the sample takes the read that begins now. */
  isDrawn({ stage }: Epoch): boolean {
    if (stage !== 'shadow') return false;
    this.#leftUntilDrawn -= 1;
    if (this.#leftUntilDrawn >= 0) return false;
    this.#leftUntilDrawn = this.#drawGap();
    return true;
  }

  /** Carries out a read, and compares it if there is room. The reader waits for `read` alone. */
  async observe(key: string, epoch: Epoch, read: () => Promise<Lookup<V>>): Promise<Lookup<V>> {
    const lease = this.#leaseFor(key, epoch);
    if (lease === undefined) return read();
    this.#underWay += 1;
    const answer = read();
    void this.#compare({ key, epoch, lease }, answer);
    return answer;
  }

  /** Compares nothing any longer, and reports nothing of what is under way. */
  end(): void {
    this.#isEnded = true;
    for (const go of this.#waiting) go();
  }

  /** Reads until the next one of the sample: where each is drawn by itself, these are geometric. */
  #drawGap(): number {
    const { rate, random } = this.#settings;
    if (rate === 0) return Infinity;
    return rate === 1 ? 0 : Math.floor(Math.log(1 - random()) / Math.log(1 - rate));
  }

  #leaseFor(key: string, { number }: Epoch): Lease | undefined {
    const { leases, observer } = this.#settings;
    if (this.#underWay < BOUND) return leases.grant(key, number);
    observer.boundHit('next', 'comparisons');
    return undefined;
  }

  async #compare(subject: Subject, reading: Promise<Lookup<V>>): Promise<void> {
    const finding = await this.#lookTwice(subject, reading);
    this.#underWay -= 1;
    this.#settings.leases.release(subject.key, subject.lease);
    if (this.#isEnded) return;
    const { observer } = this.#settings;
    if (typeof finding === 'string') observer.compared(finding);
    else observer.compared(finding.verdict, this.#keep(finding, subject.epoch));
  }

  async #lookTwice(subject: Subject, reading: Promise<Lookup<V>>): Promise<Finding<V>> {
    let answer: Lookup<V>;
    try {
      answer = await reading;
    } catch {
      // The reader got an error, and knows.
      return 'inconclusive';
    }
    if (!this.#isComparable(subject)) return 'inconclusive';
    const first = this.#find(subject, answer, await this.#ask('next', subject.key));
    if (typeof first === 'string') return first;
    await this.#pause();
    if (!this.#isComparable(subject)) return 'inconclusive';
    const legacy = answerOf(await this.#ask('legacy', subject.key));
    return this.#find(subject, legacy, await this.#ask('next', subject.key));
  }

  /** Says nothing where a side may not answer for the key, or a write came since the read began. */
  #find(subject: Subject, legacy: Lookup<V> | undefined, asked: Outcome<Lookup<V>>): Finding<V> {
    if (!this.#isComparable(subject)) return 'inconclusive';
    const next = answerOf(asked);
    const verdict = differenceOf(legacy, next, this.#equality);
    if (verdict === undefined) return 'match';
    const comparison = { key: subject.key, verdict, legacy, next };
    return this.#isKnown(comparison) ? 'ignored' : comparison;
  }

  #ask(name: 'legacy' | 'next', key: string): Promise<Outcome<Lookup<V>>> {
    return this.#sides[name].readInternally(key, this.#settings.limits[name]);
  }

  #isComparable({ key, lease }: Subject): boolean {
    if (this.#isEnded || !this.#settings.leases.holds(key, lease)) return false;
    const { legacy, next } = this.#sides;
    return legacy.trustFor(key) === 'trusted' && next.trustFor(key) === 'trusted';
  }

  #isKnown(comparison: Comparison<V>): boolean {
    try {
      return this.#settings.ignore?.(comparison) === true;
    } catch {
      return false;
    }
  }

  #keep({ key, verdict, legacy, next }: Comparison<V>, { stage, number }: Epoch): Mismatch {
    const mismatch: Mismatch = Object.freeze({
      key: this.#redaction.key(key),
      verdict,
      at: this.#settings.clock.now(),
      stage,
      epoch: number,
      legacy: this.#redaction.answer(legacy),
      next: this.#redaction.answer(next),
    });
    this.#recent.add(mismatch);
    return mismatch;
  }

  #pause(): Promise<void> {
    const { clock, recheckAfter } = this.#settings;
    return new Promise((resolve) => {
      const go = (): void => {
        timer.cancel();
        this.#waiting.delete(go);
        resolve();
      };
      const timer = clock.schedule(go, recheckAfter);
      this.#waiting.add(go);
    });
  }
}

function answerOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome.kind === 'answered' ? outcome.answer : undefined;
}
