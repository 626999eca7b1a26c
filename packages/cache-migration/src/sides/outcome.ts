import { CacheError, type CacheErrorCode, type Clock } from '@resync/cache-contract';
import { MigrationError } from '../migration-error.js';

/** The side answered. */
interface Answered<T> {
  readonly kind: 'answered';
  readonly answer: T;
}

/** The side rejected: the call is over, whether it had its effect or not. */
interface Refused {
  readonly kind: 'refused';
  readonly error: unknown;
}

/** The side said no, as the contract has it: before anything changed. */
interface Declined {
  readonly kind: 'declined';
  readonly error: unknown;
}

/** The limit passed after the call was sent: it may have its effect at any later time. */
interface Late {
  readonly kind: 'late';
  readonly error: MigrationError;
  /** Resolves, never rejects, when the call settles after all. */
  readonly settled: Promise<void>;
}

/** The call was never sent, and never will be. */
export interface Unsent {
  readonly kind: 'unsent';
  /** Too much is unanswered, the breaker is open, or something came in between. */
  readonly reason: 'shed' | 'open' | 'overtaken';
  readonly error: MigrationError;
}

/** How a call to a side went. */
export type Outcome<T> = Answered<T> | Refused | Declined | Late | Unsent;

/** Whether the side is for certain as it was before the call. */
export function isWithoutEffect({ kind }: Outcome<unknown>): boolean {
  return kind === 'declined' || kind === 'unsent';
}

/** What a call may take, and how it is named in the error. */
export interface Limit {
  readonly clock: Clock;
  /** Milliseconds, or `Infinity`. */
  readonly ms: number;
  readonly name: string;
}

/** Makes the call and waits for it no longer than the limit. Never rejects. */
export function callWithin<T>(limit: Limit, call: () => Promise<T>): Promise<Outcome<T>> {
  const settling = settle(call);
  if (limit.ms === Infinity) return settling;
  return new Promise((resolve) => {
    const timer = limit.clock.schedule(() => {
      const error = new MigrationError(
        'TIMEOUT',
        `expected ${limit.name} within ${limit.ms} ms; it has not answered`,
      );
      resolve({ kind: 'late', error, settled: settling.then(() => undefined) });
    }, limit.ms);
    void settling.then((outcome) => {
      timer.cancel();
      resolve(outcome);
    });
  });
}

/** Waits for the promise no longer than the limit; false when that passed first. */
export function isSettledWithin(limit: Limit, promise: Promise<unknown>): Promise<boolean> {
  return callWithin(limit, () => promise).then(({ kind }) => kind !== 'late');
}

async function settle<T>(call: () => Promise<T>): Promise<Answered<T> | Refused | Declined> {
  try {
    return { kind: 'answered', answer: await call() };
  } catch (error) {
    return { kind: isDeclining(error) ? 'declined' : 'refused', error };
  }
}

const DECLINING: readonly CacheErrorCode[] = [
  'INVALID_KEY',
  'INVALID_VALUE',
  'INVALID_TTL',
  'INVALID_OPTION',
  'TOO_LARGE',
];

/** Whether the error says, as the contract has it, that nothing was changed. */
export function isDeclining(error: unknown): boolean {
  return error instanceof CacheError && (DECLINING as readonly unknown[]).includes(error.code);
}
