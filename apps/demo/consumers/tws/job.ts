export const JOB_STATUSES = ['SUCC', 'EXEC', 'READY', 'ABEND', 'HOLD', 'CANCL'] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job of the workload scheduler. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly workstation: string;
  readonly jobStream: string;
  readonly status: JobStatus;
  /** Rises with every command. */
  readonly version: number;
}

/** What can be done to a job. */
export const JOB_COMMANDS = ['hold', 'release', 'rerun', 'cancel'] as const;

export type JobCommand = (typeof JOB_COMMANDS)[number];
