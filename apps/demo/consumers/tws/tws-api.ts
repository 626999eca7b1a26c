import type { Job, JobCommand } from './job.js';
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

/** What Resync asks of the workload scheduler. Everything rejects with an `UpstreamError`. */
export interface TwsApi {
  /** Resolves where the scheduler answers. */
  healthCheck(): Promise<void>;
  listJobs(): Promise<readonly Job[]>;
  getJobStatus(id: string): Promise<Job>;
  getJobDetails(id: string): Promise<JobDetails>;
  getJobHistory(id: string): Promise<readonly JobRun[]>;
  getJobLog(id: string): Promise<JobLog>;
  getJobDependencies(id: string): Promise<JobDependencies>;
  listWorkstations(): Promise<readonly Workstation[]>;
  listResources(): Promise<readonly Resource[]>;
  getCurrentPlan(): Promise<Plan>;
  getCriticalPath(): Promise<CriticalPath>;
  /** What happened in the last so many hours. */
  listEvents(hours: number): Promise<readonly SchedulerEvent[]>;
  /** Changes the job; the answer has its new version. Twice is not the same as once. */
  executeCommand(id: string, command: JobCommand): Promise<Job>;
}

/** Somebody who asks the scheduler. */
export interface TwsClient extends TwsApi {
  /** Rejects where the scheduler does not answer, or refuses the name and password. */
  connect(): Promise<void>;
  /** What is under way is given up, and what comes later refused. */
  disconnect(): Promise<void>;
}
