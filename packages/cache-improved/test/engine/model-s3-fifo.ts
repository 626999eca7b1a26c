/** An entry of the model. */
interface Entry {
  readonly key: number;
  uses: number;
  lastUse: number;
  isMain: boolean;
  /** The epoch among whose entries it stands in the main list. */
  place: number;
}

interface Ghost {
  readonly key: number;
  readonly lastUse: number;
}

const EPOCHS = 32;

/**
 * The policy written down slowly: lists in which everything is searched. For up to eight entries at
 * once, among which all ghosts of a list are of one bucket. The account is in thousandths.
 */
export class ModelS3Fifo {
  #small: Entry[] = [];
  #main: Entry[] = [];
  #smallGhosts: Ghost[] = [];
  #mainGhosts: Ghost[] = [];
  #remembers = false;
  #aim = 0.1;
  #credit = 0;
  #followsUse = false;
  #hasMadeRoom = false;
  #epoch = 0;
  #capacity = 4;
  #usedIn = new Map<number, number>();
  #held: (age: number) => number = (age) => (age < 4 ? 1000 : 0);

  hit(key: number): void {
    const entry = this.#find(key);
    const age = Math.min(this.#age(entry), EPOCHS - 1);
    entry.uses = Math.min(3, entry.uses + 1);
    entry.lastUse = this.#epoch;
    if (age === 0) return;
    if (this.#remembers) this.#account(1000 - this.#held(age));
    this.#use(age);
  }

  added(key: number): void {
    this.#capacity = Math.max(this.#capacity, this.#count + 1);
    if (
      !this.#hasMadeRoom &&
      this.#small.length > 0 &&
      this.#small.length >= this.#aim * this.#count
    ) {
      const [first] = this.#small;
      if (first !== undefined) this.#toMain(first, this.#epoch);
    }
    this.#hasMadeRoom = false;
    const isMain = this.#remembers && this.#wasEvictedLately(key);
    if (!this.#remembers) this.#use(Infinity);
    const entry = { key, uses: 0, lastUse: this.#epoch, isMain, place: this.#epoch };
    (isMain ? this.#main : this.#small).push(entry);
  }

  removed(key: number): void {
    this.#take(this.#find(key));
  }

  takeVictim(): number | undefined {
    if (this.#count === 0) return undefined;
    if (!this.#remembers) this.#credit = 300 * this.#count;
    this.#remembers = true;
    this.#capacity = this.#count;
    this.#hasMadeRoom = true;
    const victim = this.#followsUse ? this.#leastLatelyUsed() : this.#leastUsed(this.#count);
    this.#take(victim);
    const ghosts = victim.isMain ? this.#mainGhosts : this.#smallGhosts;
    ghosts.unshift({
      key: victim.key,
      lastUse: this.#epoch - Math.min(this.#age(victim), EPOCHS - 1),
    });
    ghosts.splice(victim.isMain ? 4 : 8);
    return victim.key;
  }

  get #count(): number {
    return this.#small.length + this.#main.length;
  }

  #leastUsed(count: number): Entry {
    for (;;) {
      const [small] = this.#small;
      const [main] = this.#main;
      if (small !== undefined && (main === undefined || this.#small.length >= this.#aim * count)) {
        if (small.uses < 2) return small;
        small.uses = 0;
        this.#toMain(small, this.#epoch);
      } else if (main !== undefined) {
        if (main.uses === 0) return main;
        main.uses -= 1;
        this.#toMain(main, this.#epoch);
      }
    }
  }

  #leastLatelyUsed(): Entry {
    for (;;) {
      const used = [this.#small[0], this.#main[0]].find(
        (entry) => entry !== undefined && entry.uses > 0,
      );
      if (used === undefined) break;
      used.uses = 0;
      this.#toMain(used, used.lastUse);
    }
    const [small] = this.#small;
    const [main] = this.#main;
    if (main === undefined || (small !== undefined && this.#age(small) >= this.#age(main))) {
      return small ?? fail();
    }
    return main;
  }

  /** Behind all whose place is of the same epoch or before it. */
  #toMain(entry: Entry, place: number): void {
    this.#take(entry);
    entry.isMain = true;
    entry.place = place;
    const at = this.#main.findIndex((other) => other.place > place);
    this.#main.splice(at === -1 ? this.#main.length : at, 0, entry);
  }

  #wasEvictedLately(key: number): boolean {
    const small = this.#smallGhosts.findIndex((ghost) => ghost.key === key);
    const main = small === -1 ? this.#mainGhosts.findIndex((ghost) => ghost.key === key) : -1;
    const [ghost] =
      small === -1
        ? main === -1
          ? []
          : this.#mainGhosts.splice(main, 1)
        : this.#smallGhosts.splice(small, 1);
    const age = ghost === undefined ? 1000 : this.#epoch - ghost.lastUse;
    this.#account(-this.#held(age));
    this.#use(age);
    if (ghost === undefined || small >= 4) return false;
    const count = this.#count + 1;
    const by = main === -1 ? 1 : main < 2 ? -1.5 : 0;
    if (by !== 0) this.#aim = Math.max(0.01, 1 / count, Math.min(0.9, this.#aim + by / count));
    return true;
  }

  #account(won: number): void {
    this.#credit = Math.min(this.#credit + won + 3, 1000 * this.#count);
    if (!this.#followsUse && this.#credit < 0) {
      this.#followsUse = true;
      return;
    }
    if (this.#followsUse && this.#credit > 200 * this.#count) this.#followsUse = false;
    if (this.#followsUse && this.#credit < -300 * this.#count) {
      this.#followsUse = false;
      this.#credit = 300 * this.#count;
    }
  }

  #use(age: number): void {
    if (age < EPOCHS) {
      const before = this.#usedIn.get(this.#epoch - age) ?? 0;
      this.#usedIn.set(this.#epoch - age, Math.max(0, before - 1));
    }
    const used = (this.#usedIn.get(this.#epoch) ?? 0) + 1;
    this.#usedIn.set(this.#epoch, used);
    if (used * 4 < this.#capacity) return;
    this.#epoch += 1;
    this.#held = this.#heldNow();
  }

  /** Of the keys that were used last, as many as there is room for. */
  #heldNow(): (age: number) => number {
    const chances = new Map<number, number>();
    let room = this.#capacity;
    for (let age = 0; age < EPOCHS; age += 1) {
      const used = this.#usedIn.get(this.#epoch - age) ?? 0;
      if (used >= room) {
        chances.set(age, used === 0 ? 0 : Math.floor((1000 * room) / used));
        return (asked) => (asked < age ? 1000 : (chances.get(asked) ?? 0));
      }
      room -= used;
    }
    return (asked) => (asked < EPOCHS ? 1000 : 0);
  }

  #age(entry: Entry): number {
    return this.#epoch - entry.lastUse;
  }

  #find(key: number): Entry {
    return [...this.#small, ...this.#main].find((entry) => entry.key === key) ?? fail();
  }

  #take(entry: Entry): void {
    this.#small = this.#small.filter((other) => other !== entry);
    this.#main = this.#main.filter((other) => other !== entry);
  }
}

function fail(): never {
  throw new Error('expected an entry; the model has none');
}
