import type { Clock } from '@resync/cache-contract';
import { NOTHING_SEEN, type Observation } from '../../judge/observation.js';
import { Polling } from '../../sources/polling.js';
import type { Wishes } from '../../sources/wish.js';
import type { FleetComponent } from './fleet-component.js';
import type { FleetRolloutStore } from './fleet-rollout-store.js';

/** What a reporter is told. */
export interface RolloutReporterSettings {
  readonly id: string;
  readonly store: FleetRolloutStore;
  readonly components: Readonly<Record<string, FleetComponent>>;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** Says every so often what one process sees, and what its sources say; empties next when it is told to. */
export class RolloutReporter {
  readonly #settings: RolloutReporterSettings;
  readonly #polling: Polling;
  #wishes: Wishes | null = null;
  /** How often each next was to be emptied, when this process reported last. */
  #emptyings: ReadonlyMap<string, number> | undefined;

  constructor(settings: RolloutReporterSettings) {
    this.#settings = settings;
    const { clock, everyMs, onError } = settings;
    this.#polling = new Polling(clock, everyMs, () => this.#report().catch(onError));
  }

  start(): Promise<void> {
    return this.#polling.start();
  }

  async stop(): Promise<void> {
    const { id, onError, store } = this.#settings;
    await this.#polling.stop();
    await store.leave(id).catch(onError);
  }

  /** Resolves when it was said, or could not be. */
  wish(wishes: Wishes): Promise<void> {
    this.#wishes = wishes;
    return this.#polling.now();
  }

  async #report(): Promise<void> {
    const { components, id, onError, store } = this.#settings;
    const seen: Record<string, Observation> = {};
    const members: string[] = [];
    for (const [name, { observe, id: member }] of Object.entries(components)) {
      try {
        if (observe !== undefined) seen[name] = asData(await observe());
        if (member !== undefined) members.push(member);
      } catch (error) {
        // What nobody looks at is not promoted: there the member counts as one that does not report.
        onError(error);
      }
    }
    const emptyings = await store.tell(id, seen, { members, wishes: this.#wishes });
    const before = this.#emptyings;
    this.#emptyings = emptyings;
    if (before !== undefined) await this.#emptyWhatIsNew(before, emptyings);
  }

  async #emptyWhatIsNew(
    before: ReadonlyMap<string, number>,
    now: ReadonlyMap<string, number>,
  ): Promise<void> {
    for (const [name, { emptyNext }] of Object.entries(this.#settings.components)) {
      if ((now.get(name) ?? 0) > (before.get(name) ?? 0)) await emptyNext?.();
    }
  }
}

/** Columns as lists, which JSON keeps; times to a tenth of a microsecond. */
function asData({ pairs, ...rest }: Observation): Observation {
  const rounded = (column: ArrayLike<number>): number[] =>
    Array.from(column, (ms) => Math.round(ms * 10_000) / 10_000);
  return {
    ...NOTHING_SEEN,
    ...rest,
    pairs: {
      bucket: Array.from(pairs.bucket),
      legacyMs: rounded(pairs.legacyMs),
      nextMs: rounded(pairs.nextMs),
      hits: Array.from(pairs.hits),
    },
  };
}
