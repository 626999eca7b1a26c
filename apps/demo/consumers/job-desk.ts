import type { CacheHierarchy } from './cache-hierarchy.js';
import type { Job, JobCommand } from './job.js';
import type { TwsClient } from './tws-client.js';

const STATUS_TTL_MS = 30_000;
const LIST_TTL_MS = 60_000;
const LIST_KEY = 'jobs';

/** The jobs as Resync shows them: read through the cache hierarchy, changed at the scheduler. */
export class JobDesk {
  readonly #cache: CacheHierarchy<Job | readonly Job[]>;
  readonly #tws: TwsClient;

  constructor(cache: CacheHierarchy<Job | readonly Job[]>, tws: TwsClient) {
    this.#cache = cache;
    this.#tws = tws;
  }

  list(): Promise<readonly Job[]> {
    return this.#cache.getOrSet(LIST_KEY, () => this.#tws.listJobs(), { ttl: LIST_TTL_MS });
  }

  get(id: string): Promise<Job> {
    return this.#cache.getOrSet(keyOf(id), () => this.#tws.getJob(id), { ttl: STATUS_TTL_MS });
  }

  /**
   * Changes the job, then takes its cached entries away. They are not overwritten with the answer:
   * two commands may come back in another order than they were carried out in.
   */
  async execute(id: string, command: JobCommand): Promise<Job> {
    const job = await this.#tws.executeCommand(id, command);
    await Promise.all([this.#cache.delete(keyOf(id)), this.#cache.delete(LIST_KEY)]);
    return job;
  }
}

function keyOf(id: string): string {
  return `job:${id}`;
}
