import { randomUUID } from 'node:crypto';
import type { ConsumerCache } from './consumer-cache.js';

/** What a check found. */
export interface HealthReport {
  readonly status: 'healthy' | 'degraded';
  /** Why it is degraded. */
  readonly fault?: string;
}

const PROBE_TTL_MS = 10_000;

/** Says whether the service is well, by using the cache that it really uses. */
export class HealthService {
  readonly #cache: ConsumerCache<string>;

  constructor(cache: ConsumerCache<string>) {
    this.#cache = cache;
  }

  /** Sets, gets and deletes an entry of its own. */
  async check(): Promise<HealthReport> {
    const key = `probe:${randomUUID()}`;
    try {
      await this.#cache.set(key, key, { ttl: PROBE_TTL_MS });
      const found = await this.#cache.get(key);
      await this.#cache.delete(key);
      if (found === key) return { status: 'healthy' };
      return { status: 'degraded', fault: 'the cache did not give back what was set' };
    } catch (error) {
      return { status: 'degraded', fault: `the cache failed: ${String(error)}` };
    }
  }
}
