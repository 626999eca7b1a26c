import { systemClock, type Clock } from '@resync/cache-contract';
import { BREAKER, type BreakerOptions } from '../migration-options.js';
import type { MigrationObserver } from '../observation/migration-observer.js';
import { systemRandom } from '../system-random.js';
import { numbersOver, refuseOption } from '../option-checks.js';
import { methodOf, type AnyPolicy, type Method } from './method.js';
import type { MethodPolicies } from './method-policy.js';

/** How long a migration of a service waits, in milliseconds. */
export interface ServiceLimits {
  /** For an answer of next to an idempotent call, while next does not stand alone. Default 1000. */
  readonly next: number;
  /** In a transition, for the calls that began before it. Default 10 000. */
  readonly drain: number;
  /** In `shutdown`, for what is under way. Default 5000. */
  readonly shutdown: number;
}

/** How much may be under way on next; beyond it, next is not asked. */
export interface ServiceBounds {
  /** Unanswered calls, while next does not stand alone. Default 1000. */
  readonly unanswered: number;
  /** Comparisons in `shadow`. Default 64. */
  readonly shadows: number;
}

/** Options of `ServiceMigration`. */
export interface ServiceMigrationOptions<S extends object> {
  /** Names the migration in events and metrics. */
  readonly component: string;
  /** The object that is there. */
  readonly legacy: S;
  /** The object that is to come. */
  readonly next: S;
  /** Every method of the interface, and whether it may be called twice. */
  readonly methods: MethodPolicies<S>;
  /**
   * Whether an error says that the side is down. Any other is an answer, as "no such job" is: it goes
   * to the caller as it is, and nobody else is asked. Default: every error is a failure.
   */
  readonly isFailure?: (error: unknown) => boolean;
  /** What is left out is as {@link BreakerOptions} says. */
  readonly breaker?: Partial<BreakerOptions>;
  /**
   * A call without effect that tells whether next answers again, made in the background while the
   * breaker is open. Without one the breaker closes after its first pause, and callers find out.
   */
  readonly probe?: (next: S) => Promise<unknown>;
  /** What is left out is as {@link ServiceLimits} says. */
  readonly limits?: Partial<ServiceLimits>;
  /** What is left out is as {@link ServiceBounds} says. */
  readonly bounds?: Partial<ServiceBounds>;
  /** The share of idempotent calls that `shadow` compares, 0 to 1. Default 0.01. */
  readonly shadowRate?: number;
  /** One in so many calls is timed for the observer. Default 256. */
  readonly latencyEvery?: number;
  /** Told of what the migration does. Default: nobody is. */
  readonly observer?: MigrationObserver;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Numbers from 0 up to 1, for sampling. Default: the machine's. */
  readonly random?: () => number;
}

/** The options with everything decided. */
export interface ServiceSettings {
  readonly component: string;
  readonly legacy: object;
  readonly next: object;
  readonly methods: readonly Method[];
  readonly breaker: BreakerOptions;
  readonly probe: (() => Promise<unknown>) | undefined;
  readonly limits: ServiceLimits;
  readonly bounds: ServiceBounds;
  readonly shadowRate: number;
  readonly latencyEvery: number;
  readonly observer: MigrationObserver | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

const LIMITS: ServiceLimits = { next: 1000, drain: 10_000, shutdown: 5000 };
const BOUNDS: ServiceBounds = { unanswered: 1000, shadows: 64 };

/** @throws MigrationError `INVALID_OPTION` */
export function resolveServiceOptions<S extends object>(
  options: ServiceMigrationOptions<S>,
): ServiceSettings {
  const { component, legacy, next, probe } = options;
  if (typeof component !== 'string' || component === '') {
    refuseOption('component', 'a name', component);
  }
  assertObject('legacy', 'an object with the methods of the service', legacy);
  assertObject('next', 'an object with the methods of the service', next);
  if (legacy === next) refuseOption('next', 'another object than legacy', next);
  const shadowRate = options.shadowRate ?? 0.01;
  if (!(shadowRate >= 0 && shadowRate <= 1)) {
    refuseOption('shadowRate', 'a share from 0 to 1', shadowRate);
  }
  const limits = numbersOver(LIMITS, options.limits, 'limits');
  return {
    component,
    legacy,
    next,
    methods: methodsOf(options, limits.next),
    breaker: numbersOver(BREAKER, options.breaker, 'breaker'),
    probe: probe && (() => probe(next)),
    limits,
    bounds: numbersOver(BOUNDS, options.bounds, 'bounds'),
    shadowRate,
    latencyEvery: numbersOver({ latencyEvery: 256 }, options, 'options').latencyEvery,
    observer: options.observer,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

function methodsOf<S extends object>(
  { legacy, next, methods, isFailure = () => true }: ServiceMigrationOptions<S>,
  limitMs: number,
): Method[] {
  assertObject('methods', 'a policy for each method of the service', methods);
  return Object.entries(methods).map(([name, policy]: [string, unknown]) => {
    for (const [sideName, side] of Object.entries({ legacy, next })) {
      const method: unknown = Reflect.get(side, name);
      if (typeof method !== 'function') refuseOption(`${sideName}.${name}`, 'a method', method);
    }
    assertObject(`methods.${name}`, '{ idempotent: true } or { idempotent: false }', policy);
    return methodOf(name, policy as AnyPolicy, { limitMs, isFailure });
  });
}

function assertObject(name: string, expected: string, value: unknown): void {
  if (Object(value) !== value) refuseOption(name, expected, value);
}
