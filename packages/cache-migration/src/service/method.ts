import { isDeepStrictEqual } from 'node:util';
import { assertPositive, refuseOption } from '../option-checks.js';
import type { MethodPolicy } from './method-policy.js';

/** One method of the service, with everything decided. */
export interface Method {
  readonly name: string;
  readonly isIdempotent: boolean;
  /** Milliseconds that next may take, or `Infinity`. */
  readonly limitMs: number;
  readonly keyOf: (args: readonly unknown[]) => string;
  /** Throws where the answers cannot be compared. */
  readonly isSame: (legacyAnswer: unknown, nextAnswer: unknown) => boolean;
  /** Whether the error says that a side is down, not that the caller was wrong. Never throws. */
  readonly isFailure: (error: unknown) => boolean;
}

/** A policy, whatever its method takes and answers. */
export type AnyPolicy = MethodPolicy<(...args: unknown[]) => unknown>;

/** What holds for methods that do not say otherwise. */
export interface MethodDefaults {
  readonly limitMs: number;
  readonly isFailure: (error: unknown) => boolean;
}

/** @throws MigrationError `INVALID_OPTION` */
export function methodOf(name: string, policy: AnyPolicy, defaults: MethodDefaults): Method {
  const { idempotent, limit } = policy;
  if (typeof idempotent !== 'boolean') {
    refuseOption(`methods.${name}.idempotent`, 'true or false', idempotent);
  }
  if (limit !== undefined) assertPositive(`methods.${name}.limit`, limit);
  const isFailure = policy.isFailure ?? defaults.isFailure;
  return {
    name,
    isIdempotent: idempotent,
    limitMs: limit ?? (idempotent ? defaults.limitMs : Infinity),
    keyOf: (args) =>
      valueOr(name, () => (policy.key ? textOf(policy.key(...args), name) : keyOf(name, args))),
    isSame: policy.compare ?? isDeepStrictEqual,
    isFailure: (error) => valueOr(true, () => isFailure(error)),
  };
}

function keyOf(name: string, args: readonly unknown[]): string {
  const [first] = args;
  if (typeof first === 'string') return first;
  return args.length === 0 ? name : JSON.stringify(args);
}

/** Whoever writes no types may say a number; that, and whatever else is no string, counts as its text. */
function textOf(key: unknown, name: string): string {
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- one text for all is as good a key as any
  return key === undefined || key === null ? name : String(key);
}

/** What is called in passing must not fail the call. */
function valueOr<T>(substitute: T, decide: () => T): T {
  try {
    return decide();
  } catch {
    return substitute;
  }
}
