import type { Clock } from '@resync/cache-contract';

/** What every adapter takes. */
export interface AdapterOptions {
  /** Tells when entries are over. Default: the clock of the machine. */
  readonly clock?: Clock;
  /** `close`: `shutdown` closes the library's object too. Default: it stays open, it is the caller's. */
  readonly onShutdown?: 'leave open' | 'close';
}
