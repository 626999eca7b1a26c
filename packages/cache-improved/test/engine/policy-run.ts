import {
  FIRST_SLOT,
  type EvictionPolicy,
  type PolicyPorts,
} from '../../src/engine/eviction-policy.js';

/** A cache of keys alone, which are numbers: what a policy makes of a sequence of requests. */
export class PolicyRun<Policy extends EvictionPolicy> {
  readonly policy: Policy;
  hits = 0;
  readonly #capacity: number;
  readonly #slotOf = new Map<number, number>();
  readonly #keyIn: number[];

  constructor(policyOf: (ports: PolicyPorts) => Policy, capacity: number) {
    this.#capacity = capacity;
    this.#keyIn = new Array<number>(FIRST_SLOT + capacity).fill(0);
    this.policy = policyOf({ hashOf: (slot) => mixed(this.#keyIn[slot] ?? 0) });
    this.policy.grow(FIRST_SLOT + capacity);
  }

  get size(): number {
    return this.#slotOf.size;
  }

  request(key: number): void {
    const found = this.#slotOf.get(key);
    if (found !== undefined) {
      this.hits += 1;
      this.policy.hit(found);
      return;
    }
    const slot =
      this.#slotOf.size < this.#capacity ? FIRST_SLOT + this.#slotOf.size : this.#evict();
    this.#keyIn[slot] = key;
    this.#slotOf.set(key, slot);
    this.policy.added(slot);
  }

  #evict(): number {
    const victim = this.policy.takeVictim();
    this.#slotOf.delete(this.#keyIn[victim] ?? 0);
    return victim;
  }
}

function mixed(key: number): number {
  const hash = Math.imul(key + 1, 0x85eb_ca6b);
  return Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35) >>> 0;
}
