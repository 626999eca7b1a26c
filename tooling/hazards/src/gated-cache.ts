import { ChaosCache, type CacheCall, type CacheOperation } from '@resync/cache-contract/testing';

/** Calls that ask. */
export const READS: readonly CacheOperation[] = ['get', 'lookup', 'lookupOrLease', 'getMany'];

/** Calls that change something. */
export const WRITES: readonly CacheOperation[] = [
  'set',
  'delete',
  'clear',
  'add',
  'fill',
  'setMany',
  'deleteMany',
];

/** Where calls are held up, until the gates are opened. */
export interface Gate {
  readonly operations: readonly CacheOperation[];
  /** `before` a call takes effect, or `after` it did and before its answer arrives. */
  readonly moment: 'before' | 'after';
  /** So many calls are held up. Default: all. */
  readonly times?: number;
}

/** A cache whose calls can be held up on either way, and that goes wrong on demand. */
export class GatedCache extends ChaosCache {
  readonly #waiting: (() => void)[] = [];
  #gates: { readonly gate: Gate; timesLeft: number }[] = [];
  #unanswered = 0;

  /** Calls that were made and not answered. */
  get unanswered(): number {
    return this.#unanswered;
  }

  shut(gate: Gate): void {
    this.#gates.push({ gate, timesLeft: gate.times ?? Infinity });
  }

  /** Lets everybody through from now on, those first who wait, in the order in which they came. */
  open(): void {
    this.#gates = [];
    for (const pass of this.#waiting.splice(0)) pass();
  }

  protected override async around<T>(call: CacheCall, carryOut: () => Promise<T>): Promise<T> {
    this.#unanswered += 1;
    try {
      // Decided now: what was under way when a gate was shut is not held up by it.
      const isHeldAfter = this.#isHeld(call, 'after');
      if (this.#isHeld(call, 'before')) await this.#untilOpen();
      try {
        return await super.around(call, carryOut);
      } finally {
        if (isHeldAfter) await this.#untilOpen();
      }
    } finally {
      this.#unanswered -= 1;
    }
  }

  #isHeld({ operation }: CacheCall, moment: Gate['moment']): boolean {
    const shut = this.#gates.find(
      ({ gate, timesLeft }) =>
        timesLeft > 0 && gate.moment === moment && gate.operations.includes(operation),
    );
    if (shut === undefined) return false;
    shut.timesLeft -= 1;
    return true;
  }

  #untilOpen(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
