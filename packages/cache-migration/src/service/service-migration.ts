import { CacheError } from '@resync/cache-contract';
import { MigrationCounter } from '../observation/migration-counter.js';
import { guardObservers, type GuardedObserver } from '../observation/migration-observer.js';
import { Stopwatch } from '../observation/stopwatch.js';
import { InFlight } from '../sides/in-flight.js';
import { stepTo, type MigrationState, type MigrationTarget } from '../stages/stage.js';
import { CallPath } from './call-path.js';
import { GuardedNext } from './guarded-next.js';
import type { MigratedService } from './method-policy.js';
import {
  resolveServiceOptions,
  type ServiceMigrationOptions,
  type ServiceSettings,
} from './service-options.js';
import { ServiceStages } from './service-stages.js';
import { ShadowCalls } from './shadow-calls.js';

/** Where the migration of a service stands. It is never cold: it holds no entries. */
export type ServiceMigrationState = Omit<MigrationState, 'cold'>;

/**
 * Moves a live service from one object to another of the same interface: a client, a rate limiter,
 * whatever is not a cache. It goes through the stages of a cache's migration:
 *
 * - `off` and `dualwrite`: legacy answers. There is nothing to write twice: they are the same.
 * - `shadow`: legacy answers; a sample of the idempotent calls is made on next too, and compared.
 * - `live`: next answers the calls whose key is below the percentage. Legacy answers in its place
 *   where next was not asked (open breaker, too much unanswered), and for idempotent calls also where
 *   it failed or was late. Any other call is sent to one side, once.
 * - `rampdown`: next alone answers, within the same limits. Its errors are the caller's.
 * - `complete`: next, as it is.
 *
 * Where one object alone answers, its own promise is returned. Every call is watched until it settles,
 * so Node does not complain of a rejection that the caller leaves unhandled.
 */
export class ServiceMigration<S extends object> {
  readonly component: string;
  /** The service: its methods, each of which returns a promise. They need no `this`. */
  readonly service: MigratedService<S>;
  readonly #stages: ServiceStages;
  #shutdown: Promise<void> | undefined;

  /** @throws MigrationError `INVALID_OPTION` */
  constructor(options: ServiceMigrationOptions<S>) {
    const settings = resolveServiceOptions(options);
    const { stages, calls, observer, counter } = compose(settings);
    this.component = settings.component;
    this.#stages = stages;
    this.service = Object.fromEntries(
      settings.methods.map((method) => [
        method.name,
        (...args: unknown[]) => calls.make({ method, args }),
      ]),
    ) as MigratedService<S>;
    observer.started({
      component: this.component,
      get state() {
        return stages.state;
      },
      counts: () => counter.counts(),
    });
  }

  /** Where the migration stands. */
  get state(): ServiceMigrationState {
    const { stage, percentage, number } = this.#stages.epoch;
    return { stage, percentage, epoch: number };
  }

  /**
   * Goes one step. It takes effect for new calls at once; resolves when the calls before it have
   * settled, or the limit of the drain has passed. The step to `live 0` waits for nothing.
   *
   * @throws MigrationError `ILLEGAL_STEP` (the message names the legal ones), or `SUPERSEDED` by a
   *   rollback
   */
  async transition(target: MigrationTarget, why = 'requested'): Promise<void> {
    this.#assertOpen();
    return this.#stages.transition(stepTo(target), why);
  }

  /**
   * Goes back, at once: every call that begins afterwards is answered by legacy. From `live` and
   * `rampdown` to `live 0`, without waiting for anything; from `shadow` and `dualwrite` to `off`. From
   * `complete` to `live 0`, only with `cold: true`: legacy has seen no calls since.
   *
   * @throws MigrationError `ILLEGAL_STEP`
   */
  async rollback(why: string, options: { readonly cold?: true } = {}): Promise<void> {
    this.#assertOpen();
    return this.#stages.rollback(why, options.cold === true ? 'cold' : 'warm');
  }

  /** Refuses new calls, and waits for what is under way, within a limit. The two objects stay open. */
  async shutdown(): Promise<void> {
    this.#shutdown ??= this.#stages.close();
    return this.#shutdown;
  }

  #assertOpen(): void {
    if (this.#stages.isClosed) {
      throw new CacheError('SHUT_DOWN', 'the migration of the service was shut down');
    }
  }
}

/** Puts the parts together. Each knows only what it is given here. */
function compose(settings: ServiceSettings): {
  readonly stages: ServiceStages;
  readonly calls: CallPath;
  readonly observer: GuardedObserver;
  readonly counter: MigrationCounter;
} {
  const { component, clock, limits, bounds } = settings;
  const counter = new MigrationCounter({});
  const observer = guardObservers(counter, settings.observer ?? {});
  const inFlight = new InFlight(() => undefined);
  const next = new GuardedNext(settings.next, {
    clock,
    observer,
    answered: counter.answered.next,
    breaker: settings.breaker,
    probe: settings.probe,
    probeLimitMs: limits.next,
    maxUnanswered: bounds.unanswered,
  });
  const stages = new ServiceStages({ component, clock, limits, observer, inFlight, next });
  const shadows = new ShadowCalls(next, {
    observer,
    rate: settings.shadowRate,
    random: settings.random,
    bound: bounds.shadows,
  });
  const stopwatch =
    settings.observer?.latency && new Stopwatch(settings.latencyEvery, clock, observer);
  const calls = new CallPath(settings, {
    stages,
    next,
    shadows,
    inFlight,
    observer,
    counter,
    stopwatch,
  });
  return { stages, calls, observer, counter };
}
