import { describeValue } from '@resync/cache-contract';
import { judge, ownProperty, reading, type Verdict } from './verdict.js';

/** One operation that was carried out, with what is needed to undo it. */
export interface TransactionOperation<V = unknown> {
  readonly operation: 'set' | 'delete';
  readonly key: unknown;
  /** What was there before; null, which is what `get` says of nothing, or left out: nothing was. */
  readonly previous_value?: V | null | undefined;
  /** Lifetime of what was there before, in seconds, from the moment of undoing. Default: the cache's. */
  readonly previous_ttl?: number | null | undefined;
}

/** What undoes one operation. */
export type UndoStep<W> =
  | { readonly kind: 'put'; readonly key: string; readonly write: W }
  | { readonly kind: 'remove'; readonly key: string };

/** A cache in which operations are undone, as far as they are checked beforehand. */
export interface UndoTarget<W> {
  /** The key as text; throws for what is no key. */
  readonly keyOf: (key: unknown) => string;
  /** Makes what is written later and can then not be refused; throws for what would be. */
  readonly prepare: (previous: PreviousEntry) => W;
}

/** What an operation says was there before. */
interface PreviousEntry {
  readonly key: string;
  readonly value: unknown;
  /** Undefined: the default. */
  readonly ttlSeconds: unknown;
}

const MAX_OPERATIONS = 10_000;

/**
 * The steps that undo the operations, in the order in which they are to be taken: the last
 * operation's first. Or what is wrong with the operations, of which each part is read once.
 */
export function undoSteps<W>(
  operations: unknown,
  target: UndoTarget<W>,
): Verdict<readonly UndoStep<W>[]> {
  return judge(() => {
    if (!Array.isArray(operations)) {
      throw new TypeError(`expected a list of operations; got ${describeValue(operations)}`);
    }
    const list: readonly unknown[] = operations;
    const { length } = list;
    if (!(length <= MAX_OPERATIONS)) {
      throw new RangeError(`expected at most ${MAX_OPERATIONS} operations; got ${length}`);
    }
    const steps: UndoStep<W>[] = [];
    for (let index = 0; index < length; index += 1) {
      const step = reading(`operation ${index + 1}`, () => undoStep(list[index], target));
      if (step !== undefined) steps.push(step);
    }
    return steps.reverse();
  });
}

function undoStep<W>(operation: unknown, target: UndoTarget<W>): UndoStep<W> | undefined {
  if (typeof operation !== 'object' || operation === null) {
    throw new TypeError(`expected an operation; got ${describeValue(operation)}`);
  }
  const kind = ownProperty(operation, 'operation');
  if (kind !== 'set' && kind !== 'delete') {
    throw new TypeError(`expected "set" or "delete"; got ${describeValue(kind)}`);
  }
  const key = target.keyOf(ownProperty(operation, 'key'));
  const value = ownProperty(operation, 'previous_value') ?? undefined;
  const ttlSeconds = ownProperty(operation, 'previous_ttl') ?? undefined;
  if (value !== undefined) {
    return { kind: 'put', key, write: target.prepare({ key, value, ttlSeconds }) };
  }
  return kind === 'set' ? { kind: 'remove', key } : undefined;
}
