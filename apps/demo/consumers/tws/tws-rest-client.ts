import { setMaxListeners } from 'node:events';
import { UpstreamError } from '../upstream-error.js';
import type { Job, JobCommand } from './job.js';
import type { TwsClient } from './tws-api.js';
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
import type { TwsTransport } from './tws-transport.js';

const JOBS = '/model/jobdefinition';

/** The client of HCL Workload Automation's REST interface, over one transport or another. */
export class TwsRestClient implements TwsClient {
  readonly #transport: TwsTransport;
  readonly #end = new AbortController();

  constructor(transport: TwsTransport) {
    this.#transport = transport;
    // Every request under way listens.
    setMaxListeners(0, this.#end.signal);
  }

  connect(): Promise<void> {
    return this.healthCheck();
  }

  async disconnect(): Promise<void> {
    this.#end.abort();
  }

  async healthCheck(): Promise<void> {
    await this.#send('HEAD', '/');
  }

  listJobs(): Promise<readonly Job[]> {
    return this.#get(JOBS);
  }

  getJobStatus(id: string): Promise<Job> {
    return this.#get(pathOf(id));
  }

  getJobDetails(id: string): Promise<JobDetails> {
    return this.#get(pathOf(id));
  }

  getJobHistory(id: string): Promise<readonly JobRun[]> {
    return this.#get(`${pathOf(id)}/history`);
  }

  getJobLog(id: string): Promise<JobLog> {
    return this.#get(`${pathOf(id)}/log`);
  }

  getJobDependencies(id: string): Promise<JobDependencies> {
    return this.#get(`${pathOf(id)}/dependencies`);
  }

  listWorkstations(): Promise<readonly Workstation[]> {
    return this.#get('/model/workstation');
  }

  listResources(): Promise<readonly Resource[]> {
    return this.#get('/model/resource');
  }

  getCurrentPlan(): Promise<Plan> {
    return this.#get('/plan/current');
  }

  getCriticalPath(): Promise<CriticalPath> {
    return this.#get('/plan/current/criticalpath');
  }

  listEvents(hours: number): Promise<readonly SchedulerEvent[]> {
    return this.#get('/events', { since: `${hours}h` });
  }

  async executeCommand(id: string, command: JobCommand): Promise<Job> {
    return (await this.#send('POST', `${pathOf(id)}/command`, { body: { command } })) as Job;
  }

  async #get<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T> {
    return (await this.#send('GET', path, query && { query })) as T;
  }

  async #send(
    method: 'GET' | 'HEAD' | 'POST',
    path: string,
    more: { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
  ): Promise<unknown> {
    const { signal } = this.#end;
    if (signal.aborted) throw new UpstreamError('expected a connected TWS client; it was ended');
    return this.#transport({ method, path, signal, ...more });
  }
}

function pathOf(id: string): string {
  return `${JOBS}/${encodeURIComponent(id)}`;
}
