import type { CacheHierarchy } from '../cache-hierarchy.js';
import type { Job, JobCommand } from './job.js';
import type { TwsApi } from './tws-api.js';
import type {
  CriticalPath,
  JobDependencies,
  JobDetails,
  JobLog,
  JobRun,
  Plan,
  Resource,
  SchedulerEvent,
  Workstation,
} from './tws-data.js';

const SECOND = 1000;

/** How long what the scheduler said is used, in milliseconds. */
export const TWS_TTLS = {
  status: 30 * SECOND,
  plan: 60 * SECOND,
  details: 300 * SECOND,
  history: 300 * SECOND,
  resources: 300 * SECOND,
  events: 300 * SECOND,
  log: 600 * SECOND,
  dependencies: 600 * SECOND,
} as const;

/** The scheduler as Resync shows it: read through the cache hierarchy, changed at the scheduler. */
export class JobDesk {
  readonly #cache: CacheHierarchy;
  readonly #tws: TwsApi;

  constructor(cache: CacheHierarchy, tws: TwsApi) {
    this.#cache = cache;
    this.#tws = tws;
  }

  list(): Promise<readonly Job[]> {
    return this.#read('jobs', TWS_TTLS.plan, () => this.#tws.listJobs());
  }

  get(id: string): Promise<Job> {
    return this.#read(`job:${id}`, TWS_TTLS.status, () => this.#tws.getJobStatus(id));
  }

  details(id: string): Promise<JobDetails> {
    return this.#read(`details:${id}`, TWS_TTLS.details, () => this.#tws.getJobDetails(id));
  }

  history(id: string): Promise<readonly JobRun[]> {
    return this.#read(`history:${id}`, TWS_TTLS.history, () => this.#tws.getJobHistory(id));
  }

  log(id: string): Promise<JobLog> {
    return this.#read(`log:${id}`, TWS_TTLS.log, () => this.#tws.getJobLog(id));
  }

  dependencies(id: string): Promise<JobDependencies> {
    const load = (): Promise<JobDependencies> => this.#tws.getJobDependencies(id);
    return this.#read(`dependencies:${id}`, TWS_TTLS.dependencies, load);
  }

  workstations(): Promise<readonly Workstation[]> {
    return this.#read('workstations', TWS_TTLS.status, () => this.#tws.listWorkstations());
  }

  resources(): Promise<readonly Resource[]> {
    return this.#read('resources', TWS_TTLS.resources, () => this.#tws.listResources());
  }

  plan(): Promise<Plan> {
    return this.#read('plan', TWS_TTLS.plan, () => this.#tws.getCurrentPlan());
  }

  criticalPath(): Promise<CriticalPath> {
    return this.#read('plan:critical-path', TWS_TTLS.plan, () => this.#tws.getCriticalPath());
  }

  /** What happened in the last so many hours. */
  events(hours: number): Promise<readonly SchedulerEvent[]> {
    return this.#read(`events:${hours}`, TWS_TTLS.events, () => this.#tws.listEvents(hours));
  }

  /**
   * Changes the job, then takes away what is cached and tells its status. It is not overwritten with
   * the answer: two commands may come back in another order than they were carried out in.
   */
  async execute(id: string, command: JobCommand): Promise<Job> {
    const job = await this.#tws.executeCommand(id, command);
    const told = [`job:${id}`, `details:${id}`, 'jobs', 'plan'];
    await Promise.all(told.map((key) => this.#cache.delete(key)));
    return job;
  }

  #read<T>(key: string, ttl: number, load: () => Promise<T>): Promise<T> {
    return this.#cache.getOrSet(key, load, { ttl });
  }
}
