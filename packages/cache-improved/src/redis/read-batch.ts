import { MISS, type Clock, type Lookup } from '@resync/cache-contract';
import { nextTick } from 'node:process';
import type { CommandGate } from './command-gate.js';
import { generationOf, type EntryCodec, type StoredEntry } from './entry-codec.js';
import type { KnownGeneration } from './known-generation.js';
import { dropErrors } from '../drop-errors.js';
import { AS_BYTES } from './redis-client.js';
import type { KeyNames } from './key-names.js';
import type { ServerTime } from './server-time.js';

/** What reads work with. */
export interface ReadBatchParts<V> {
  readonly gate: CommandGate;
  readonly clock: Clock;
  readonly time: ServerTime;
  readonly names: KeyNames;
  readonly codec: EntryCodec<V>;
  readonly generation: KnownGeneration;
  /** Told of an entry that is there and cannot be read. */
  readonly onUnreadable: (key: string, cause: unknown) => void;
}

interface Waiting<V> {
  readonly key: string;
  readonly resolve: (found: Lookup<V> | Promise<Lookup<V>>) => void;
  readonly reject: (error: unknown) => void;
}

/** Keys in one command, so that none keeps the server busy for long. */
const MOST_KEYS = 128;

/**
 * Reads: those of one turn of the event loop are one command, with the generation in front where it must
 * be asked for, so that all of it is seen at one moment.
 */
export class ReadBatch<V> {
  readonly #parts: ReadBatchParts<V>;
  #waiting: Waiting<V>[] = [];

  constructor(parts: ReadBatchParts<V>) {
    this.#parts = parts;
  }

  /** @throws RedisError */
  read(key: string): Promise<Lookup<V>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      if (this.#waiting.length === 1) nextTick(() => this.#send());
    });
  }

  /** What is stored under a key, if it is of that generation and can be read. */
  decode(key: string, stored: StoredEntry): Lookup<V> {
    const { codec, time, onUnreadable } = this.#parts;
    try {
      const { value, endsAt } = codec.decode(key, stored);
      if (endsAt === Infinity) return { kind: 'hit', value, expiresAt: Infinity };
      const expiresAt = time.toLocal(endsAt);
      return expiresAt === undefined ? { kind: 'hit', value } : { kind: 'hit', value, expiresAt };
    } catch (cause) {
      dropErrors(() => onUnreadable(key, cause));
      return MISS;
    }
  }

  #send(): void {
    this.#parts.time.refresh();
    while (this.#waiting.length > MOST_KEYS) this.#sendOne(this.#waiting.splice(0, MOST_KEYS));
    const last = this.#waiting;
    this.#waiting = [];
    this.#sendOne(last);
  }

  #sendOne(batch: readonly Waiting<V>[]): void {
    const { gate, clock, names, codec, generation } = this.#parts;
    const now = clock.monotonic();
    const isAsked = generation.isOld(now);
    const args = isAsked ? ['MGET', names.generation] : ['MGET'];
    for (const { key } of batch) args.push(names.entry(key));
    const replyTypes = codec.isBinary ? AS_BYTES : undefined;
    gate
      .send({ args, giveUpAt: gate.limit(), replyTypes })
      .then((reply) => {
        const stored = reply as (StoredEntry | null)[];
        const current = isAsked ? generation.learn(stored[0], now) : generation.generation;
        const first = isAsked ? 1 : 0;
        for (const [index, waiting] of batch.entries()) {
          this.#answer(waiting, stored[index + first] ?? undefined, { current, isAsked });
        }
      })
      .catch((error: unknown) => {
        for (const { reject } of batch) reject(error);
      });
  }

  #answer(
    { key, resolve }: Waiting<V>,
    stored: StoredEntry | undefined,
    { current, isAsked }: { readonly current: string | undefined; readonly isAsked: boolean },
  ): void {
    if (stored === undefined) resolve(MISS);
    else if (generationOf(stored) === current) resolve(this.decode(key, stored));
    else if (isAsked) resolve(MISS);
    else {
      // Of a generation that this process may not have heard of.
      this.#parts.generation.forget();
      resolve(this.read(key));
    }
  }
}
