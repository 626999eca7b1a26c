/** What stands before a value on a server that knows neither milliseconds, nor clears, nor leases. */
export interface Envelope {
  /** The clear since which it counts. */
  readonly generation: string;
  /** The key before it was hashed. */
  readonly key: string;
  /** Milliseconds since the epoch, `Infinity` without an end; for a value. */
  readonly expiresAt: number;
  /** The name of the leases that are held on the key; there is no value then. */
  readonly lease?: string;
  readonly text: string;
}

const MARK = 'resync1 ';

/** One line of JSON, and the text of the value. */
export function seal({ generation, key, expiresAt, lease, text }: Envelope): string {
  const end = expiresAt === Infinity ? null : expiresAt;
  return `${MARK}${JSON.stringify([generation, key, end, lease ?? null])}\n${text}`;
}

/** `undefined` for what was not sealed here. */
export function unseal(stored: unknown): Envelope | undefined {
  if (typeof stored !== 'string' || !stored.startsWith(MARK)) return undefined;
  const line = stored.indexOf('\n');
  try {
    const parts: unknown = JSON.parse(stored.slice(MARK.length, line));
    if (!Array.isArray(parts)) return undefined;
    const [generation, key, end, lease] = parts as readonly unknown[];
    if (typeof generation !== 'string' || typeof key !== 'string') return undefined;
    return {
      generation,
      key,
      expiresAt: typeof end === 'number' ? end : Infinity,
      ...(typeof lease === 'string' && { lease }),
      text: stored.slice(line + 1),
    };
  } catch {
    return undefined;
  }
}
