import type { Clock, Lease, Lookup } from '@resync/cache-contract';
import { differenceOf, type Equality } from './compare-answers.js';
import type { Leases } from '../keys/leases.js';
import type { MigrationLimits } from '../migration-options.js';
import type { GuardedObserver, Verdict } from '../observation/migration-observer.js';
import type { Comparison, Difference, Mismatch } from '../observation/mismatch.js';
import { Recent } from '../observation/recent.js';
import { Redaction } from '../observation/redaction.js';
import type { ShadowSettings } from '../shadow-options.js';
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
  #isEnded = false;

  constructor(sides: Sides<V>, settings: ShadowComparisonSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
    this.#redaction = new Redaction(settings);
    this.#recent = new Recent(settings.samples);
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
    const { rate, random } = this.#settings;
    return stage === 'shadow' && random() < rate;
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
    const answer = await reading.catch(() => undefined);
    // The reader got an error, and knows.
    if (answer === undefined) return 'inconclusive';
    const first = await this.#look(subject, async () => answer);
    if (typeof first === 'string') return first;
    await this.#pause();
    return this.#look(subject, () => this.#ask('legacy', subject.key));
  }

  /** Says nothing where a side may not answer for the key, or a write came since the read began. */
  async #look(
    subject: Subject,
    askLegacy: () => Promise<Lookup<V> | undefined>,
  ): Promise<Finding<V>> {
    const { key } = subject;
    if (!this.#isComparable(subject)) return 'inconclusive';
    const legacy = await askLegacy();
    const next = await this.#ask('next', key);
    if (!this.#isComparable(subject)) return 'inconclusive';
    const verdict = differenceOf(legacy, next, this.#equality);
    if (verdict === undefined) return 'match';
    const comparison = { key, verdict, legacy, next };
    return this.#isKnown(comparison) ? 'ignored' : comparison;
  }

  async #ask(name: 'legacy' | 'next', key: string): Promise<Lookup<V> | undefined> {
    const outcome = await this.#sides[name].readInternally(key, this.#settings.limits[name]);
    return outcome.kind === 'answered' ? outcome.answer : undefined;
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
