/** What every plain object has: node-cache keeps its entries as properties of one. */
const TAKEN: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** NUL is in no key of the contract. */
const MARK = '\0';

/** The key under which node-cache can store it: the same, but for the names that every object has. */
export function safeKey(key: string): string {
  return TAKEN.has(key) ? MARK + key : key;
}

/** The key that {@link safeKey} was given. */
export function keyOf(stored: string): string {
  return stored.startsWith(MARK) ? stored.slice(MARK.length) : stored;
}
