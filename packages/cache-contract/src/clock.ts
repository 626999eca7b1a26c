/** A timer that was started; cancelling it again, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. Implementations are asked at the moment of use, so that test clocks work. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. */
  now(): number;

  /** Milliseconds since some fixed moment, with fractions; never goes back. For measuring. */
  monotonic(): number;

  /** Calls back once after so many milliseconds. The timer alone keeps no process alive. */
  schedule(callback: () => void, delayMs: number): Timer;
}
