/**
 * Decides which entry makes room. It knows entries by their slot, a small whole number from
 * {@link FIRST_SLOT} on that the store hands out, and never sees keys or values.
 */
export interface EvictionPolicy {
  /** A new entry is in the slot. */
  added(slot: number): void;
  /** The entry was read or overwritten. */
  hit(slot: number): void;
  /** The entry is gone for another reason than room. */
  removed(slot: number): void;
  /** Takes out the entry that makes room; 0 where there is none. Moves a bounded number of others. */
  takeVictim(): number;
  /** Every entry is gone. */
  clear(): void;
  /** Slots below this number may be used from now on. */
  grow(slots: number): void;
}

/** Those below are the policies' own: ends of their lists. */
export const FIRST_SLOT = 34;

/** What a policy asks of the store. */
export interface PolicyPorts {
  /** The hash of the key in the slot, 32 bits; the same for the same key. */
  readonly hashOf: (slot: number) => number;
}
