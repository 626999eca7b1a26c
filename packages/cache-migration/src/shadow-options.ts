import { isDeepStrictEqual } from 'node:util';
import { refuseOption } from './option-checks.js';
import type { Comparison } from './observation/mismatch.js';

/** How `shadow` compares what the two caches answer. What is injected must return at once. */
export interface ShadowOptions<V> {
  /** The share of reads that are compared, 0 to 1. Default 0.01. */
  readonly rate?: number;
  /**
   * Whether two values are the same; what it throws is the verdict `error`. Default: every part is
   * equal by `Object.is`, and of the same type, as `isDeepStrictEqual` of node:util has it.
   */
  readonly compare?: (legacy: V, next: V) => boolean;
  /** Whether a difference is a known one, which is no mismatch. Default: none is. */
  readonly ignore?: (comparison: Comparison<V>) => boolean;
  /** Milliseconds after which both sides are read again, before a difference is reported. Default 100. */
  readonly recheckAfter?: number;
  /** How many mismatches are kept as samples, 0 to 1000, the newest ones. Default 32. */
  readonly samples?: number;
  /**
   * What stands for a key in a sample. Default: the first 16 hexadecimal digits of its SHA-256 as
   * UTF-8, the same in every process. Who can guess keys can find a guessed one by that: use a keyed
   * hash here where that matters.
   */
  readonly redactKey?: (key: string) => string;
  /** What a sample may show of a value. Default: its type and size, and nothing of its content. */
  readonly redact?: (value: V) => string;
  /** Milliseconds by which the ends of two equal entries may differ. Default 1000. */
  readonly expiryTolerance?: number;
}

/** The options with everything decided; what is `undefined` is not wished for. */
export interface ShadowSettings<V> {
  readonly rate: number;
  readonly compare: (legacy: V, next: V) => boolean;
  readonly ignore: ((comparison: Comparison<V>) => boolean) | undefined;
  readonly recheckAfter: number;
  readonly samples: number;
  readonly redactKey: ((key: string) => string) | undefined;
  readonly redact: ((value: V) => string) | undefined;
  readonly expiryTolerance: number;
}

/** @throws MigrationError `INVALID_OPTION` */
export function resolveShadow<V>(options: ShadowOptions<V> = {}): ShadowSettings<V> {
  const settings: ShadowSettings<V> = {
    rate: options.rate ?? 0.01,
    compare: options.compare ?? isDeepStrictEqual,
    ignore: options.ignore,
    recheckAfter: options.recheckAfter ?? 100,
    samples: options.samples ?? 32,
    redactKey: options.redactKey,
    redact: options.redact,
    expiryTolerance: options.expiryTolerance ?? 1000,
  };
  const { rate, recheckAfter, samples, expiryTolerance } = settings;
  if (!isWithin(rate, 1)) refuseOption('shadow.rate', 'a share from 0 to 1', rate);
  if (!isWithin(recheckAfter, Number.MAX_SAFE_INTEGER)) {
    refuseOption('shadow.recheckAfter', 'a number of milliseconds', recheckAfter);
  }
  if (!Number.isInteger(samples) || !isWithin(samples, 1000)) {
    refuseOption('shadow.samples', 'a whole number from 0 to 1000', samples);
  }
  if (!isWithin(expiryTolerance, Infinity)) {
    refuseOption(
      'shadow.expiryTolerance',
      'a number of milliseconds, or Infinity',
      expiryTolerance,
    );
  }
  for (const name of ['compare', 'ignore', 'redactKey', 'redact'] as const) {
    const given: unknown = settings[name];
    if (given !== undefined && typeof given !== 'function') {
      refuseOption(`shadow.${name}`, 'a function', given);
    }
  }
  return settings;
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most;
}
