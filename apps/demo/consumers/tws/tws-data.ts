import type { Job, JobStatus } from './job.js';

/** A job with what does not change from run to run. */
export interface JobDetails extends Job {
  readonly task: string;
  /** 0 to 100; the higher, the earlier. */
  readonly priority: number;
  readonly estimatedSeconds: number;
}

/** One run of a job; times are ISO 8601. */
export interface JobRun {
  readonly startedAt: string;
  /** `null` while it runs. */
  readonly endedAt: string | null;
  readonly status: JobStatus;
}

/** What the last run of a job printed. */
export interface JobLog {
  readonly id: string;
  readonly lines: readonly string[];
}

/** Whom a job waits for, and who waits for it, by their ids. */
export interface JobDependencies {
  readonly id: string;
  readonly predecessors: readonly string[];
  readonly successors: readonly string[];
}

/** A machine that runs jobs. */
export interface Workstation {
  readonly name: string;
  readonly status: 'LINKED' | 'DOWN';
  readonly type: 'AGENT' | 'MASTER';
}

/** Something that jobs share. */
export interface Resource {
  readonly name: string;
  readonly workstation: string;
  readonly quantity: number;
  readonly available: number;
}

/** The plan of the day. */
export interface Plan {
  /** The day, as `YYYY-MM-DD`. */
  readonly id: string;
  readonly jobs: number;
  readonly byStatus: Readonly<Record<JobStatus, number>>;
}

/** The longest chain of jobs that wait for each other. */
export interface CriticalPath {
  readonly jobs: readonly { readonly id: string; readonly estimatedSeconds: number }[];
  readonly estimatedSeconds: number;
}

/** Something that happened at the scheduler. */
export interface SchedulerEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly job: string;
  readonly status: JobStatus;
}
