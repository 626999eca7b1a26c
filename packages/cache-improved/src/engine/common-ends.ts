/** After so many losses nothing is taken for common any more. */
const MOST_LOSSES = 3;

/**
 * What keys begin and end with alike, as `user:` and `:profile`: it tells none from another, and need not be
 * hashed. Whoever differs there may have the hash of another key, and is told from it as all keys with one hash are;
 * where that is seen, less is taken for common. Hashing only what differs is the idea of entropy-learned
 * hashing (Hentschel, Sirin, Idreos, SIGMOD 2022).
 */
export class CommonEnds {
  /** Code units at the start of a key that are not hashed. */
  start = 0;
  /** Those at its end. */
  end = 0;
  #losses = 0;

  /** Looks at all keys that there are. True where the hashes of all have changed. */
  learn(keys: Iterable<string>): boolean {
    if (this.#losses > MOST_LOSSES) return false;
    let [sample, start, end] = ['', 0, 0];
    for (const key of keys) {
      if (sample === '') {
        sample = key;
        start = key.length;
        end = key.length;
        continue;
      }
      start = startsAlike(sample, key, start);
      const rest = Math.min(sample.length, key.length) - start;
      end = endsAlike(sample, key, Math.min(end, rest));
      if (start + end === 0) break;
    }
    return this.#take(start, end);
  }

  /** Two keys have the same hash. True where it was because of their ends: the hashes of all have changed. */
  tellApart(one: string, other: string): boolean {
    const start = startsAlike(one, other, this.start);
    const end = endsAlike(one, other, this.end);
    if (start === this.start && end === this.end) return false;
    this.#losses += 1;
    return this.#losses > MOST_LOSSES ? this.#take(0, 0) : this.#take(start, end);
  }

  clear(): void {
    this.#take(0, 0);
    this.#losses = 0;
  }

  #take(start: number, end: number): boolean {
    const isSame = start === this.start && end === this.end;
    this.start = start;
    this.end = end;
    return !isSame;
  }
}

/** How many code units are the same from the start on, at most so many. */
function startsAlike(one: string, other: string, most: number): number {
  let alike = 0;
  // Behind the end of a string there is NaN, which is like nothing.
  while (alike < most && one.charCodeAt(alike) === other.charCodeAt(alike)) alike += 1;
  return alike;
}

/** How many are the same from the end on, at most so many. */
function endsAlike(one: string, other: string, most: number): number {
  const [end, otherEnd] = [one.length - 1, other.length - 1];
  let alike = 0;
  while (alike < most && one.charCodeAt(end - alike) === other.charCodeAt(otherEnd - alike)) {
    alike += 1;
  }
  return alike;
}
