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
  hasTurn: boolean;
  /** Resolves what the entrant waits for. */
  announce: (() => void) | undefined;
}

/** The writes of one key. */
interface Lane {
  /** Those that have their turn. All are ordered, and one, or all are concurrent. */
  readonly inside: Set<Entrant>;
  readonly waiting: Entrant[];
}

/** The order of the writes of one side: by key, and by all keys for a clear. First come, first served. */
export class KeyOrder {
  // Kept beside the map, whose size takes longer to ask for.
  #isEmpty = true;
  readonly #lanes = new Map<string, Lane>();
  readonly #clears: Record<Manner, number> = { ordered: 0, concurrent: 0 };
  /** Ordered entrants in lanes, inside or waiting. */
  #orderedInLanes = 0;
  /** Clears that wait, and who came after them and has to wait as well. Nearly always empty. */
  #queue: Entrant[] = [];

  /** Nobody is inside, so nobody waits. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Whether a write of the key, or a clear, is under way or waiting. */
  isBusy(key: string): boolean {
    if (this.isEmpty) return false;
    return (
      this.#lanes.has(key) ||
      this.#clears.ordered + this.#clears.concurrent > 0 ||
      this.#queue.some((entrant) => entrant.key === key || entrant.key === undefined)
    );
  }

  /** A place for a write of the key, or for a clear where there is no key. */
  enter(key: string | undefined, manner: Manner): Place {
    const entrant: Entrant = { key, manner, hasTurn: false, announce: undefined };
    if (this.#mayPass(entrant, this.#queue)) this.#let(entrant);
    else this.#queue.push(entrant);
    const turn = entrant.hasTurn
      ? undefined
      : new Promise<void>((resolve) => {
          entrant.announce = resolve;
        });
    return { turn, leave: () => this.#leave(entrant) };
  }

  /** No clear stands in the way, and nobody in the queue who came before. */
  #mayPass(entrant: Entrant, before: readonly Entrant[]): boolean {
    return !this.#isBarred(entrant) && !before.some((other) => areInOrder(other, entrant));
  }

  #isBarred({ key, manner }: Entrant): boolean {
    if (this.#clears.ordered > 0) return true;
    if (key === undefined) {
      const others = manner === 'ordered' ? this.#lanes.size : this.#orderedInLanes;
      return others + (manner === 'ordered' ? this.#clears.concurrent : 0) > 0;
    }
    return manner === 'ordered' && this.#clears.concurrent > 0;
  }

  /** Gives a clear its turn, and a write its place in the lane of its key. */
  #let(entrant: Entrant): void {
    this.#isEmpty = false;
    const { key, manner } = entrant;
    if (key === undefined) {
      this.#clears[manner] += 1;
      giveTurn(entrant);
      return;
    }
    if (manner === 'ordered') this.#orderedInLanes += 1;
    const lane = this.#lanes.get(key) ?? { inside: new Set(), waiting: [] };
    this.#lanes.set(key, lane);
    lane.waiting.push(entrant);
    admitInto(lane);
  }

  #leave(entrant: Entrant): void {
    const { key, manner, hasTurn } = entrant;
    if (this.#queue.includes(entrant)) {
      this.#queue = this.#queue.filter((other) => other !== entrant);
    } else if (key === undefined) {
      if (hasTurn) this.#clears[manner] -= 1;
    } else {
      this.#leaveLane(key, entrant);
    }
    if (this.#queue.length > 0) this.#admitQueued();
    this.#isEmpty = this.#lanes.size + this.#clears.ordered + this.#clears.concurrent === 0;
  }

  #leaveLane(key: string, entrant: Entrant): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    if (!(entrant.hasTurn ? lane.inside.delete(entrant) : removeFrom(lane.waiting, entrant)))
      return;
    if (entrant.manner === 'ordered') this.#orderedInLanes -= 1;
    admitInto(lane);
    if (lane.inside.size === 0) this.#lanes.delete(key);
  }

  #admitQueued(): void {
    const stillWaiting: Entrant[] = [];
    for (const entrant of this.#queue) {
      if (this.#mayPass(entrant, stillWaiting)) this.#let(entrant);
      else stillWaiting.push(entrant);
    }
    this.#queue = stillWaiting;
  }
}

/** False where it was not there. */
function removeFrom(entrants: Entrant[], entrant: Entrant): boolean {
  const index = entrants.indexOf(entrant);
  if (index >= 0) entrants.splice(index, 1);
  return index >= 0;
}

/** Lets in who is first, and with a concurrent one those of its kind that follow. */
function admitInto({ inside, waiting }: Lane): void {
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    const [someone] = inside;
    const fits =
      someone === undefined || (first.manner === 'concurrent' && someone.manner === 'concurrent');
    if (!fits) return;
    waiting.shift();
    inside.add(first);
    giveTurn(first);
  }
}

function giveTurn(entrant: Entrant): void {
  entrant.hasTurn = true;
  entrant.announce?.();
}

/** Whether the later one of two has to wait until the earlier one has left. */
function areInOrder(earlier: Entrant, later: Entrant): boolean {
  const concernSameKey =
    earlier.key === undefined || later.key === undefined || earlier.key === later.key;
  return concernSameKey && (earlier.manner === 'ordered' || later.manner === 'ordered');
}
