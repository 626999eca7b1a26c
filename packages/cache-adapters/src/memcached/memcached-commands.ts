import type { MemcachedClient, MemcachedItem } from './memcached-client.js';

/** Answers of the server that the client gives as errors, and that are none. */
const NOT_DONE: ReadonlySet<string> = new Set(['NOT_STORED', 'EXISTS', 'NOT_FOUND']);

/** The commands of memcached, with answers: true where it was done, false where what is there forbade it. */
export class MemcachedCommands {
  readonly #client: MemcachedClient;

  constructor(client: MemcachedClient) {
    this.#client = client;
  }

  /** What is there, by key. */
  async gets(keys: readonly string[]): Promise<ReadonlyMap<string, MemcachedItem>> {
    const reply = await this.#client.gets([...keys]);
    return new Map(Object.entries(reply as Record<string, MemcachedItem>));
  }

  async set(key: string, value: string, lifetime: number): Promise<void> {
    await this.#client.set(key, value, { lifetime });
  }

  add(key: string, value: string, lifetime: number): Promise<boolean> {
    return isDone(this.#client.add(key, value, { lifetime }));
  }

  /** Stores where nobody wrote since `seen` was read. */
  async swap(
    key: string,
    seen: MemcachedItem,
    next: { readonly value: string; readonly lifetime: number },
  ): Promise<boolean> {
    const { casUniq } = seen;
    if (casUniq === undefined) return false;
    return isDone(this.#client.cas(key, next.value, { lifetime: next.lifetime, casUniq }));
  }

  delete(key: string): Promise<boolean> {
    return isDone(this.#client.delete(key));
  }

  shutdown(): void {
    this.#client.shutdown();
  }
}

async function isDone(command: Promise<unknown>): Promise<boolean> {
  try {
    await command;
    return true;
  } catch (error) {
    if (error instanceof Error && NOT_DONE.has(error.message)) return false;
    throw error;
  }
}
