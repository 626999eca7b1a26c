/** Something that happened, and what of the world it looked at and changed. */
export interface Event {
  /** Tells it from every other event of the run. */
  readonly label: number;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** A hash of 64 bits in two halves. */
interface Hash {
  readonly high: number;
  readonly low: number;
}

/** The last event that changed a part of the world, and the sum of those that looked at it since. */
interface Part {
  readonly written: Hash;
  readonly read: Hash;
}

const NONE: Hash = { high: 0, low: 0 };
const UNTOUCHED: Part = { written: NONE, read: NONE };

/**
 * What happened before what, as a number. Two runs of which one becomes the other by exchanging
 * neighbours that touch nothing in common (Mazurkiewicz traces, as used by Godefroid, "Partial-Order
 * Methods for the Verification of Concurrent Systems", 1996) end in the same state, and have the
 * same number: each event is hashed with those that it depends on, and the hashes are summed up.
 * 53 bits are kept, so that two states out of a million collide with a chance of 1 in 10 000.
 */
export class Fingerprint {
  readonly #parts = new Map<string, Part>();
  #sum = NONE;

  get value(): number {
    return compact(this.#sum);
  }

  /** What it would be after the event. */
  after(event: Event): number {
    return compact(plus(this.#sum, this.#hash(event)));
  }

  add(event: Event): void {
    const hash = this.#hash(event);
    this.#sum = plus(this.#sum, hash);
    for (const name of event.reads) {
      const { written, read } = this.#part(name);
      this.#parts.set(name, { written, read: plus(read, hash) });
    }
    for (const name of event.writes) this.#parts.set(name, { written: hash, read: NONE });
  }

  #hash({ label, reads, writes }: Event): Hash {
    let hash = mixed({ high: 1, low: 2 }, label);
    for (const name of reads) hash = joined(hash, this.#part(name).written);
    for (const name of writes) {
      const { written, read } = this.#part(name);
      hash = joined(joined(hash, written), read);
    }
    return hash;
  }

  #part(name: string): Part {
    return this.#parts.get(name) ?? UNTOUCHED;
  }
}

function plus(one: Hash, other: Hash): Hash {
  return { high: (one.high + other.high) | 0, low: (one.low + other.low) | 0 };
}

function joined(hash: Hash, { high, low }: Hash): Hash {
  return mixed(mixed(hash, high), low);
}

function mixed({ high, low }: Hash, number: number): Hash {
  return {
    high: scrambled(Math.imul(high, 0x9e3779b1) ^ number),
    low: scrambled(Math.imul(low, 0x85ebca77) + number),
  };
}

/** The mixer of MurmurHash3 (Appleby). */
function scrambled(bits: number): number {
  let mix = bits ^ (bits >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}

function compact({ high, low }: Hash): number {
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}
