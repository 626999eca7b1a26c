import { randomUUID } from 'node:crypto';
import type { ConsumerCache } from './consumer-cache.js';

/** What a check found. */
export interface HealthReport {
  readonly status: 'healthy' | 'degraded';
  /** Why it is degraded. */
  readonly fault?: string;
}

/** What a check of every part found. */
export interface DetailedHealthReport extends HealthReport {
  /** Since the service was put together, in seconds. */
  readonly uptimeSeconds: number;
  readonly parts: Readonly<Record<string, HealthReport>>;
}

/** A cache that is used as it is by the service, by the name of its component. */
export type ProbedCache = Pick<ConsumerCache<unknown>, 'get' | 'set' | 'delete'>;

/** What health is made of. */
export interface HealthParts {
  /** The cache of the quick check, which a load balancer makes many times a second. */
  readonly cache: ProbedCache;
  /** The caches of the detailed check. */
  readonly caches: Readonly<Record<string, ProbedCache>>;
  /** What else the detailed check asks; each throws where something is wrong. */
  readonly upstreams: Readonly<Record<string, () => Promise<void>>>;
}

const PROBE_TTL_MS = 10_000;

/** Says whether the service is well, by using the caches that it really uses. */
export class HealthService {
  readonly #parts: HealthParts;
  readonly #begun = performance.now();
  #isClosing = false;

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** Sets, gets and deletes an entry of its own. */
  check(): Promise<HealthReport> {
    return probe(this.#parts.cache);
  }

  /** Every cache in the same way, and whoever the service depends on. */
  async checkEverything(): Promise<DetailedHealthReport> {
    const { caches, upstreams } = this.#parts;
    const checks = [
      ...Object.entries(caches).map(async ([name, cache]) => [name, await probe(cache)] as const),
      ...Object.entries(upstreams).map(async ([name, ask]) => [name, await ping(ask)] as const),
    ];
    const found = await Promise.all(checks);
    const degraded = found.flatMap(([name, { status }]) => (status === 'healthy' ? [] : [name]));
    return {
      ...(degraded.length === 0
        ? { status: 'healthy' as const }
        : { status: 'degraded' as const, fault: `${degraded.join(', ')}: see parts` }),
      uptimeSeconds: (performance.now() - this.#begun) / 1000,
      parts: Object.fromEntries(found),
    };
  }

  /** Whether requests are to be sent here: the cache works, and the service is not about to end. */
  async checkReadiness(): Promise<HealthReport> {
    if (this.#isClosing) return { status: 'degraded', fault: 'the service is ending' };
    return this.check();
  }

  /** From now on the service is not ready. */
  close(): void {
    this.#isClosing = true;
  }
}

async function probe(cache: ProbedCache): Promise<HealthReport> {
  const key = `probe:${randomUUID()}`;
  try {
    await cache.set(key, key, { ttl: PROBE_TTL_MS });
    const found = await cache.get(key);
    await cache.delete(key);
    if (found === key) return { status: 'healthy' };
    return { status: 'degraded', fault: 'the cache did not give back what was set' };
  } catch (error) {
    return { status: 'degraded', fault: `the cache failed: ${String(error)}` };
  }
}

async function ping(ask: () => Promise<void>): Promise<HealthReport> {
  try {
    await ask();
    return { status: 'healthy' };
  } catch (error) {
    return { status: 'degraded', fault: String(error) };
  }
}
