import { CacheError } from '@resync/cache-contract';
import { MigrationError } from '../migration-error.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import type { FallbackReason } from '../observation/migration-counts.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import type { Stopwatch } from '../observation/stopwatch.js';
import type { InFlight } from '../sides/in-flight.js';
import { ownerOf, type Epoch } from '../stages/epoch.js';
import type { SideName } from '../stages/stage.js';
import type { GuardedNext, NextOutcome } from './guarded-next.js';
import { makeOn, type ServiceCall } from './service-call.js';
import type { ServiceStages } from './service-stages.js';
import type { ShadowCalls } from './shadow-calls.js';

/** What calls need. */
export interface CallPathSettings {
  readonly stages: ServiceStages;
  readonly next: GuardedNext;
  readonly shadows: ShadowCalls;
  readonly inFlight: InFlight;
  readonly observer: GuardedObserver;
  readonly counter: MigrationCounter;
  readonly stopwatch: Stopwatch | undefined;
}

/** Who answers a call, by the stage. A call that may have had its effect is not made again. */
export class CallPath {
  readonly #sides: Readonly<Record<SideName, object>>;
  readonly #settings: CallPathSettings;

  constructor(sides: Readonly<Record<SideName, object>>, settings: CallPathSettings) {
    this.#sides = sides;
    this.#settings = settings;
  }

  make(call: ServiceCall): Promise<unknown> {
    const { stages, inFlight, stopwatch } = this.#settings;
    if (stages.isClosed) {
      return Promise.reject(
        new CacheError('SHUT_DOWN', 'the migration of the service was shut down'),
      );
    }
    const begun = stopwatch?.begin();
    const cohort = inFlight.begin();
    const answer = this.#answer(call, stages.epoch);
    answer.then(
      () => {
        inFlight.end(cohort);
        stopwatch?.end(call.method.name, begun);
      },
      () => inFlight.end(cohort),
    );
    return answer;
  }

  #answer(call: ServiceCall, epoch: Epoch): Promise<unknown> {
    switch (epoch.stage) {
      case 'off':
      case 'dualwrite':
        return this.#passOn('legacy', call);
      case 'shadow':
        return this.#shadowed(call, epoch);
      case 'live':
        return ownerIn(epoch, call) === 'legacy' ? this.#passOn('legacy', call) : this.#split(call);
      case 'rampdown':
        return this.#onlyNext(call);
      case 'complete':
        return this.#passOn('next', call);
    }
  }

  /** The call as it is: its own promise is returned. */
  #passOn(side: SideName, call: ServiceCall): Promise<unknown> {
    const { observer, counter } = this.#settings;
    const answer = makeOn(this.#sides[side], call);
    const answered = (): void => {
      counter.hit(side);
      counter.answered[side].count += 1;
    };
    answer.then(answered, (error: unknown) => {
      if (call.method.isFailure(error)) observer.failure(side, 'error', error);
      else answered();
    });
    return answer;
  }

  #shadowed(call: ServiceCall, epoch: Epoch): Promise<unknown> {
    const { inFlight, shadows, stages } = this.#settings;
    const answer = this.#passOn('legacy', call);
    if (shadows.isSampled(call.method)) {
      const cohort = inFlight.begin();
      const isStillDue = (): boolean => stages.epoch === epoch && !stages.isClosed;
      void shadows.compare({ ...call, answer, isStillDue }).then(() => inFlight.end(cohort));
    }
    return answer;
  }

  /** Next, and legacy where next was not asked, or failed and may be asked again. */
  async #split(call: ServiceCall): Promise<unknown> {
    const outcome = await this.#askNext(call);
    switch (outcome.kind) {
      case 'answered':
        return outcome.answer;
      case 'declined':
        throw outcome.error;
      case 'unsent':
        return this.#askLegacy(call, outcome.reason === 'open' ? 'open' : 'shed');
      case 'refused':
      case 'late':
        if (!call.method.isIdempotent) throw outcome.error;
        return this.#fallBack(call, outcome);
    }
  }

  async #onlyNext(call: ServiceCall): Promise<unknown> {
    const outcome = await this.#askNext(call);
    if (outcome.kind === 'answered') return outcome.answer;
    throw outcome.error;
  }

  /** What may still have its effect is under way, also where its caller was told that it is late. */
  async #askNext(call: ServiceCall): Promise<NextOutcome> {
    const { inFlight, next, counter } = this.#settings;
    const cohort = inFlight.begin();
    const outcome = await next.ask(call);
    if (outcome.kind === 'answered' || outcome.kind === 'declined') counter.hit('next');
    if (outcome.kind === 'late' && !call.method.isIdempotent) {
      void outcome.settled.then(() => inFlight.end(cohort));
    } else inFlight.end(cohort);
    return outcome;
  }

  async #fallBack(
    call: ServiceCall,
    { kind, error }: Extract<NextOutcome, { kind: 'refused' | 'late' }>,
  ): Promise<unknown> {
    try {
      return await this.#askLegacy(call, kind === 'late' ? 'timeout' : 'error');
    } catch (legacyError) {
      if (!call.method.isFailure(legacyError)) throw legacyError;
      throw new MigrationError(
        'CALL_FAILED',
        `expected an answer to ${call.method.name} from next or legacy; both failed, see cause`,
        { cause: new AggregateError([error, legacyError], 'next failed, then legacy') },
      );
    }
  }

  async #askLegacy(call: ServiceCall, why: FallbackReason): Promise<unknown> {
    const answer = await this.#passOn('legacy', call);
    this.#settings.observer.fallback(why);
    return answer;
  }
}

/** The key is not worked out where it decides nothing. */
function ownerIn(epoch: Epoch, { method, args }: ServiceCall): SideName {
  const isSplit = epoch.percentage > 0 && epoch.percentage < 100;
  return ownerOf(isSplit ? method.keyOf(args) : '', epoch);
}
