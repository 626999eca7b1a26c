import type { Clock, Timer } from '@resync/cache-contract';
import type { Young, YoungWrite } from './young.js';
import { YoungWrites } from './young-writes.js';

/** As many writes are found quicker by looking at each than by their key. */
const FEW = 8;

/**
 * Where operations are while they are young. Nearly all of them end before anybody meets them, so
 * nothing is known of them but that they are there: no place in the order, no ticket, no timer. Who is
 * still there after a moment, or is met by another operation of its key, by a clear or by a change of
 * the stage, is handed over to the full bookkeeping. The observation is that of generational
 * collectors (Ungar, "Generation Scavenging", 1984).
 */
export class Nursery {
  /** How long an operation is young, in milliseconds. */
  readonly momentMs: number;
  readonly #clock: Clock;
  readonly #reads: Young[] = [];
  readonly #kinds: YoungWrites<YoungWrite>[] = [];
  /** The writes by their keys, from when there were more than a few until there are none. */
  #byKey: Map<string, YoungWrite> | undefined;
  #writes = 0;
  #background = 0;
  #watch: Timer | undefined;

  constructor(clock: Clock, momentMs: number) {
    this.#clock = clock;
    this.momentMs = momentMs;
  }

  addRead(read: Young): void {
    read.index = this.#reads.length;
    this.#reads.push(read);
    if (this.#watch === undefined) this.#watchOver();
  }

  removeRead(read: Young): void {
    removeFrom(this.#reads, read);
  }

  /** Room for young writes of one more kind. */
  raise<T extends YoungWrite>(make: () => T): YoungWrites<T> {
    const kind = new YoungWrites(make);
    this.#kinds.push(kind);
    return kind;
  }

  /** A write begins on a side that stands alone, which has no limit; there must be none of its key. */
  addLoneWrite(write: YoungWrite): void {
    this.#writes += 1;
    if (this.#byKey !== undefined) this.#byKey.set(write.key, write);
    else if (this.#writes > FEW) this.#sortByKey();
  }

  /** A write begins; there must be none of its key. */
  addWrite(write: YoungWrite): void {
    this.addLoneWrite(write);
    if (write.isBackground) this.#background += 1;
    if (this.#watch === undefined) this.#watchOver();
  }

  /** A write is over, or no longer young. */
  removeWrite(write: YoungWrite): void {
    this.#writes -= 1;
    if (write.isBackground) this.#background -= 1;
    if (this.#byKey === undefined) return;
    this.#byKey.delete(write.key);
    if (this.#byKey.size === 0) this.#byKey = undefined;
  }

  /** The young write of the key. */
  writeOf(key: string): YoungWrite | undefined {
    if (this.#writes === 0) return undefined;
    if (this.#byKey !== undefined) return this.#byKey.get(key);
    for (const kind of this.#kinds) {
      const write = kind.of(key);
      if (write !== undefined) return write;
    }
    return undefined;
  }

  /** Whether next has still to confirm a young write of the key that its caller does not wait for. */
  isInBackground(key: string): boolean {
    return this.#background > 0 && this.writeOf(key)?.isBackground === true;
  }

  /** Whether the caller of a young write of the key still waits. */
  isAwaited(key: string): boolean {
    return this.writeOf(key)?.isAwaited === true;
  }

  /** Somebody else is about to touch the key. */
  meet(key: string): void {
    this.writeOf(key)?.handOver();
  }

  /** Somebody else is about to touch every key, or wants to know all that is open. */
  meetAll(): void {
    for (const write of this.#allWrites()) write.handOver();
    for (const read of [...this.#reads]) read.handOver();
  }

  /** Hands over who is young, and watches no longer. */
  close(): void {
    this.meetAll();
    this.#watch?.cancel();
  }

  #sortByKey(): void {
    this.#byKey = new Map(this.#allWrites().map((write) => [write.key, write]));
  }

  #allWrites(): YoungWrite[] {
    return this.#kinds.flatMap((kind) => [...kind]);
  }

  #watchOver(): void {
    this.#watch = this.#clock.schedule(() => {
      this.#watch = undefined;
      this.meetAll();
    }, this.momentMs);
  }
}

/** The last one takes the place of the one that goes. */
function removeFrom<T extends Young>(all: T[], young: T): void {
  const last = all.pop();
  if (last === undefined || last === young) return;
  last.index = young.index;
  all[young.index] = last;
}
