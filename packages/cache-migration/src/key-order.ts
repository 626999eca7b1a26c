/** A place in the order of writes. */
export interface Place {
  /** Resolves when everything before that must end first has left; `undefined` where that is so already. */
  readonly turn: Promise<void> | undefined;
  /** Lets the next ones in. Also before the turn came: the place is given up then. */
  leave(): void;
}

/**
 * `ordered`: one after the other. `concurrent`: side by side with others of their kind, as without a
 * migration, but never beside an ordered one.
 */
export type Manner = 'ordered' | 'concurrent';

interface Entrant {
  /** `undefined`: a clear, which concerns every key. */
  readonly key: string | undefined;
  readonly manner: Manner;
  readonly admit: () => void;
}

/** The writes of one key that had their turn and have not left. */
interface Lane {
  manner: Manner;
  count: number;
}

/** The order of the writes of one side: by key, and by all keys for a clear. First come, first served. */
export class KeyOrder {
  readonly #lanes = new Map<string, Lane>();
  // Who waits for its turn. Nearly always empty.
  #waiting: Entrant[] = [];
  #orderedLanes = 0;
  #orderedClears = 0;
  #concurrentClears = 0;

  /** Whether a write of the key, or a clear, is under way or waiting. */
  isBusy(key: string): boolean {
    return (
      this.#lanes.has(key) ||
      this.#orderedClears + this.#concurrentClears > 0 ||
      this.#waiting.some((entrant) => entrant.key === key || entrant.key === undefined)
    );
  }

  /** A place for a write of the key, or for a clear where there is no key. */
  enter(key: string | undefined, manner: Manner): Place {
    let isAdmitted = false;
    let announce: (() => void) | undefined;
    const entrant: Entrant = {
      key,
      manner,
      admit: () => {
        isAdmitted = true;
        announce?.();
      },
    };
    if (this.#mayEnter(entrant, this.#waiting)) this.#admit(entrant);
    else this.#waiting.push(entrant);

    const turn = isAdmitted
      ? undefined
      : new Promise<void>((resolve) => {
          announce = resolve;
        });
    const leave = (): void => {
      if (isAdmitted) this.#remove(entrant);
      else this.#waiting = this.#waiting.filter((other) => other !== entrant);
      if (this.#waiting.length > 0) this.#admitWaiting();
    };
    return { turn, leave };
  }

  /** Nothing under way is in the way, and nobody who came before and waits. */
  #mayEnter(entrant: Entrant, before: readonly Entrant[]): boolean {
    return !this.#isBlocked(entrant) && !before.some((other) => areInOrder(other, entrant));
  }

  #isBlocked({ key, manner }: Entrant): boolean {
    if (this.#orderedClears > 0) return true;
    if (key === undefined) {
      return manner === 'ordered'
        ? this.#lanes.size + this.#concurrentClears > 0
        : this.#orderedLanes > 0;
    }
    if (manner === 'ordered' && this.#concurrentClears > 0) return true;
    const lane = this.#lanes.get(key);
    return lane !== undefined && (manner === 'ordered' || lane.manner === 'ordered');
  }

  #admit({ key, manner, admit }: Entrant): void {
    if (key === undefined) this.#countClear(manner, 1);
    else {
      const lane = this.#lanes.get(key);
      if (lane === undefined) this.#lanes.set(key, { manner, count: 1 });
      else lane.count += 1;
      if (manner === 'ordered') this.#orderedLanes += 1;
    }
    admit();
  }

  #remove({ key, manner }: Entrant): void {
    if (key === undefined) {
      this.#countClear(manner, -1);
      return;
    }
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    lane.count -= 1;
    if (lane.count === 0) this.#lanes.delete(key);
    if (manner === 'ordered') this.#orderedLanes -= 1;
  }

  #countClear(manner: Manner, change: 1 | -1): void {
    if (manner === 'ordered') this.#orderedClears += change;
    else this.#concurrentClears += change;
  }

  #admitWaiting(): void {
    const stillWaiting: Entrant[] = [];
    for (const entrant of this.#waiting) {
      if (this.#mayEnter(entrant, stillWaiting)) this.#admit(entrant);
      else stillWaiting.push(entrant);
    }
    this.#waiting = stillWaiting;
  }
}

/** Whether the later one of two has to wait until the earlier one has left. */
function areInOrder(earlier: Entrant, later: Entrant): boolean {
  const concernSameKey =
    earlier.key === undefined || later.key === undefined || earlier.key === later.key;
  return concernSameKey && (earlier.manner === 'ordered' || later.manner === 'ordered');
}
