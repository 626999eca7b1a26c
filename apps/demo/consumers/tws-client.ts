import { Buffer } from 'node:buffer';
import type { Job, JobCommand } from './job.js';
import { fetchJson } from './upstream-error.js';

/** Where the scheduler is, and who asks. */
export interface TwsClientOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const TIMEOUT_MS = 5000;

/** The client of HCL Workload Automation's REST interface. */
export class TwsClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, user, password }: TwsClientOptions) {
    this.#base = `${url}/twsd/model/jobdefinition`;
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    };
  }

  async listJobs(): Promise<readonly Job[]> {
    return (await this.#ask('', { method: 'GET' })) as readonly Job[];
  }

  async getJob(id: string): Promise<Job> {
    return (await this.#ask(`/${encodeURIComponent(id)}`, { method: 'GET' })) as Job;
  }

  /** Changes the job; the answer has its new version. */
  async executeCommand(id: string, command: JobCommand): Promise<Job> {
    const body = JSON.stringify({ command });
    const path = `/${encodeURIComponent(id)}/command`;
    return (await this.#ask(path, { method: 'POST', body })) as Job;
  }

  #ask(path: string, init: RequestInit): Promise<unknown> {
    return fetchJson('TWS', this.#base + path, {
      ...init,
      headers: this.#headers,
      timeoutMs: TIMEOUT_MS,
    });
  }
}
