import type { Clock } from '@resync/cache-contract';
import {
  ServiceMigration,
  type MigrationObserver,
  type MigrationTarget,
  type ServiceMigrationState,
} from '@resync/cache-migration';
import { ChargedOnce } from './charged-once.js';
import type { RateLimitDecision, RateLimiter, RateLimitRequest } from './rate-limiter.js';

/** The two limiters, and who watches. */
export interface RateLimitMigrationOptions {
  readonly legacy: RateLimiter;
  readonly next: RateLimiter;
  readonly observer?: MigrationObserver;
  readonly clock?: Clock;
}

/** How the limiter that does not decide would have decided. */
export interface ShadowedDecisions {
  readonly same: number;
  /** It would have refused what was allowed. */
  readonly stricter: number;
  /** It would have allowed what was refused. */
  readonly laxer: number;
}

/** Decisions of the other limiter that are waited for at once; requests beyond are not shadowed. */
const MAX_SHADOWS = 1000;

/**
 * Moves Resync from one rate limiter to another. The active one decides; from `shadow` to `rampdown`
 * the other one keeps its own books beside it, so that no step and no rollback hands out what was used
 * already. Either charges a request once, however often it is asked, and whoever fell back on whom.
 */
export class RateLimitMigrationManager implements RateLimiter {
  readonly component = 'rate-limit';
  readonly #migration: ServiceMigration<RateLimiter>;
  readonly #limiters: readonly [legacy: RateLimiter, next: RateLimiter];
  readonly #observer: MigrationObserver;
  readonly #shadowed = { same: 0, stricter: 0, laxer: 0 };
  #shadows = 0;

  constructor({ legacy, next, observer = {}, clock }: RateLimitMigrationOptions) {
    this.#limiters = [new ChargedOnce(legacy), new ChargedOnce(next)];
    this.#observer = observer;
    this.#migration = new ServiceMigration<RateLimiter>({
      component: this.component,
      legacy: this.#limiters[0],
      next: this.#limiters[1],
      // ChargedOnce makes it so: the same request changes nothing the second time.
      methods: { acquire: { idempotent: true, key: ({ user }) => user } },
      isFailure: (error) => !(error instanceof RangeError),
      // The books are kept here, for every request and not for a sample.
      shadowRate: 0,
      latencyEvery: 16,
      observer,
      ...(clock && { clock }),
    });
  }

  get state(): ServiceMigrationState {
    return this.#migration.state;
  }

  /** Since the start. */
  get shadowed(): ShadowedDecisions {
    return { ...this.#shadowed };
  }

  async acquire(request: RateLimitRequest): Promise<RateLimitDecision> {
    const { stage } = this.#migration.state;
    const decision = await this.#migration.service.acquire(request);
    if (stage === 'shadow' || stage === 'live' || stage === 'rampdown') {
      void this.#shadow(request, decision);
    }
    return decision;
  }

  transition(target: MigrationTarget, why?: string): Promise<void> {
    return this.#migration.transition(target, why);
  }

  rollback(why: string, options?: { readonly cold?: true }): Promise<void> {
    return this.#migration.rollback(why, options);
  }

  shutdown(): Promise<void> {
    return this.#migration.shutdown();
  }

  /** Who has decided already gives the same decision again. Never rejects. */
  async #shadow(request: RateLimitRequest, decision: RateLimitDecision): Promise<void> {
    if (this.#shadows >= MAX_SHADOWS) {
      this.#observer.boundHit?.('next', 'background');
      return;
    }
    this.#shadows += 1;
    try {
      const both = await Promise.all(this.#limiters.map((limiter) => limiter.acquire(request)));
      const other = both.find(({ isAllowed }) => isAllowed !== decision.isAllowed);
      if (other === undefined) this.#shadowed.same += 1;
      else this.#shadowed[other.isAllowed ? 'laxer' : 'stricter'] += 1;
      this.#observer.compared?.(other === undefined ? 'match' : 'value');
    } catch {
      this.#observer.compared?.('error');
    } finally {
      this.#shadows -= 1;
    }
  }
}
