/** An operation that has only just begun. */
export interface Young {
  /** Its place among the young of its kind, kept by the nursery. */
  index: number;
  /** Goes on with full bookkeeping, and is no longer in the nursery. */
  handOver(): void;
}

/** A write that has only just begun. */
export interface YoungWrite extends Young {
  readonly key: string;
  /** Its caller does not wait for next, which does not answer for the key until it has confirmed the write. */
  readonly isBackground: boolean;
  /** Its caller still waits. */
  readonly isAwaited: boolean;
}
