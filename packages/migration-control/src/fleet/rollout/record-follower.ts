import type { Clock } from '@resync/cache-contract';
import type { AuditRecord } from '../../audit/audit-log.js';
import { Polling } from '../../sources/polling.js';
import type { FleetRolloutStore } from './fleet-rollout-store.js';

/** Tells listeners of each record that is made, as long as there is one. */
export class RecordFollower {
  readonly #listeners = new Set<(record: AuditRecord) => void>();
  readonly #make: () => Polling;
  #polling: Polling | undefined;
  #last: string | undefined;

  constructor(
    store: FleetRolloutStore,
    {
      clock,
      everyMs,
      onError,
    }: { readonly clock: Clock; readonly everyMs: number; onError: (error: unknown) => void },
  ) {
    this.#make = () => {
      let hasBegun = false;
      return new Polling(clock, everyMs, async () => {
        try {
          const found = await store.history(this.#last);
          this.#last = found.at(-1)?.[0] ?? this.#last;
          // What was there before is history, which `audit` tells.
          if (hasBegun) for (const [, record] of found) this.#tell(record);
          hasBegun = true;
        } catch (error) {
          onError(error);
        }
      });
    };
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    const own = (record: AuditRecord): void => listener(record);
    this.#listeners.add(own);
    this.#polling ??= this.#make();
    void this.#polling.now();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  /** There may be something new. */
  wake(): void {
    void this.#polling?.now();
  }

  stop(): void {
    void this.#polling?.stop();
    this.#polling = undefined;
  }

  #tell(record: AuditRecord): void {
    for (const listener of this.#listeners) listener(record);
  }
}
