import { describeValue } from '@resync/cache-contract';

/** What became of something that a caller handed in and nobody has looked at. */
export type Verdict<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads what may be anything: a proxy, an object whose getters throw. Whatever the reading throws
 * makes it refused, in the words of the error.
 */
export function judge<T>(read: () => T): Verdict<T> {
  try {
    return { kind: 'accepted', value: read() };
  } catch (error) {
    return { kind: 'refused', why: wordsOf(error) };
  }
}

/** What was wrong, or undefined. */
export function faultOf(verdict: Verdict<unknown>): string | undefined {
  return verdict.kind === 'refused' ? verdict.why : undefined;
}

/** Reads a part, and says where it was where that throws. */
export function reading<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TypeError(`${place}: ${wordsOf(cause)}`, { cause });
  }
}

/** The property itself, never one that the prototype lends. */
export function ownProperty(holder: object, name: string): unknown {
  return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

/** The message of what was thrown, which may be hostile as well. */
export function wordsOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.message === 'string') return error.message;
  } catch {
    // Then it has no message.
  }
  return `it threw ${describeValue(error)}`;
}
