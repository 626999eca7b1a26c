import { createHash } from 'node:crypto';
import type { Lookup } from '@resync/cache-contract';
import { describeShape } from './describe-shape.js';

/** What may be shown of keys and values. */
export interface RedactionSettings<V> {
  readonly redactKey: ((key: string) => string) | undefined;
  readonly redact: ((value: V) => string) | undefined;
}

/** A sample stays small, whatever is said in it. */
const MOST_CHARACTERS = 200;

/** Makes keys and values fit to be logged and kept. Never throws. */
export class Redaction<V> {
  readonly #settings: RedactionSettings<V>;

  constructor(settings: RedactionSettings<V>) {
    this.#settings = settings;
  }

  /** What stands for the key. */
  key(key: string): string {
    const { redactKey } = this.#settings;
    return redactKey === undefined ? fingerprintOf(key) : said(() => redactKey(key));
  }

  /** What stands for an answer; `undefined`: there was none. */
  answer(found: Lookup<V> | undefined): string {
    if (found === undefined) return 'no answer';
    if (found.kind === 'miss') return 'nothing';
    const { redact } = this.#settings;
    return redact === undefined ? describeShape(found.value) : said(() => redact(found.value));
  }
}

/** 64 bits of SHA-256, FIPS 180-4. */
function fingerprintOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

function said(say: () => unknown): string {
  try {
    return String(say()).slice(0, MOST_CHARACTERS);
  } catch {
    return 'the redaction failed';
  }
}
