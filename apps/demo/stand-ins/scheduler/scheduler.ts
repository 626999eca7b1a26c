import type { Clock } from '@resync/cache-contract';
import {
  JOB_STATUSES,
  type Job,
  type JobCommand,
  type JobStatus,
} from '../../consumers/tws/job.js';
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
} from '../../consumers/tws/tws-data.js';
import { criticalPathOf } from './critical-path.js';
import { JobLife } from './job-life.js';

/** What a scheduler is made of. */
export interface SchedulerOptions {
  readonly seed: number;
  readonly jobs: number;
  readonly clock: Clock;
}

/** A job of the plan with its life. */
interface Entry {
  readonly index: number;
  readonly fixed: Omit<JobDetails, 'status' | 'version'>;
  readonly predecessors: readonly number[];
  readonly life: JobLife;
  version: number;
}

const WORKSTATIONS = 12;
const STREAMS = 40;
const RESOURCES = 8;
const KEPT_EVENTS = 2000;
const HOUR_MS = 3_600_000;
/** How long a workstation stays linked, or down. */
const LINK_PERIOD_MS = 600_000;
const FIRST_STATUSES: readonly JobStatus[] = ['SUCC', 'EXEC', 'READY', 'ABEND'];

/** A workload scheduler in small: its jobs live by the clock, and the seed says how. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #entries: readonly Entry[];
  readonly #byId: ReadonlyMap<string, Entry>;
  #events: SchedulerEvent[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#entries = Array.from({ length: options.jobs }, (_, index) => this.#entryAt(index));
    this.#byId = new Map(this.#entries.map((entry) => [entry.fixed.id, entry]));
  }

  jobs(): readonly Job[] {
    return this.#entries.map((entry) => {
      this.#advance(entry);
      const { id, name, workstation, jobStream } = entry.fixed;
      const { version, life } = entry;
      return { id, name, workstation, jobStream, status: life.status, version };
    });
  }

  /** `undefined`, here and below: there is no such job. */
  job(id: string): JobDetails | undefined {
    const entry = this.#entry(id);
    return entry && { ...entry.fixed, status: entry.life.status, version: entry.version };
  }

  history(id: string): readonly JobRun[] | undefined {
    return this.#entry(id)?.life.runs;
  }

  log(id: string): JobLog | undefined {
    const entry = this.#entry(id);
    if (entry === undefined) return undefined;
    const [run] = entry.life.runs;
    const lines =
      run === undefined
        ? []
        : [
            `${run.startedAt} ${entry.fixed.name} started on ${entry.fixed.workstation}`,
            `${run.startedAt} ${entry.fixed.task}`,
            ...(run.endedAt === null ? [] : [`${run.endedAt} ended: ${run.status}`]),
          ];
    return { id, lines };
  }

  dependencies(id: string): JobDependencies | undefined {
    const entry = this.#byId.get(id);
    if (entry === undefined) return undefined;
    return {
      id,
      predecessors: entry.predecessors.map(idAt),
      successors: this.#entries
        .filter(({ predecessors }) => predecessors.includes(entry.index))
        .map(({ fixed }) => fixed.id),
    };
  }

  workstations(): readonly Workstation[] {
    const period = Math.floor(this.#options.clock.now() / LINK_PERIOD_MS);
    return Array.from({ length: WORKSTATIONS }, (_, index) => ({
      name: `WS${index}`,
      status: mixed(this.#options.seed, index, period) % 20 === 0 ? 'DOWN' : 'LINKED',
      type: index === 0 ? 'MASTER' : 'AGENT',
    }));
  }

  resources(): readonly Resource[] {
    const running = this.jobs().filter(({ status }) => status === 'EXEC');
    return Array.from({ length: RESOURCES }, (_, index) => {
      const workstation = `WS${index}`;
      const quantity = 20 + 5 * index;
      const used = running.filter((job) => job.workstation === workstation).length;
      return {
        name: `SLOTS_${index}`,
        workstation,
        quantity,
        available: Math.max(0, quantity - used),
      };
    });
  }

  plan(): Plan {
    const byStatus = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<
      JobStatus,
      number
    >;
    for (const { status } of this.jobs()) byStatus[status] += 1;
    const id = new Date(this.#options.clock.now()).toISOString().slice(0, 10);
    return { id, jobs: this.#entries.length, byStatus };
  }

  criticalPath(): CriticalPath {
    return criticalPathOf(
      this.#entries.map(({ fixed, predecessors }) => ({ ...fixed, predecessors })),
    );
  }

  /** The newest first. */
  eventsSince(hours: number): readonly SchedulerEvent[] {
    for (const entry of this.#entries) this.#advance(entry);
    const from = new Date(this.#options.clock.now() - hours * HOUR_MS).toISOString();
    // ISO 8601 in one time zone is in order as text.
    this.#events.sort((one, other) => (one.at < other.at ? 1 : -1));
    this.#events.length = Math.min(this.#events.length, KEPT_EVENTS);
    return this.#events.filter(({ at }) => at >= from);
  }

  execute(id: string, command: JobCommand): JobDetails | undefined {
    const entry = this.#byId.get(id);
    if (entry === undefined) return undefined;
    entry.life.execute(command, this.#options.clock.now());
    entry.version += 1;
    return this.job(id);
  }

  #entry(id: string): Entry | undefined {
    const entry = this.#byId.get(id);
    if (entry !== undefined) this.#advance(entry);
    return entry;
  }

  #advance({ life }: Entry): void {
    life.advance(this.#options.clock.now());
  }

  #entryAt(index: number): Entry {
    const { seed, clock } = this.#options;
    const id = idAt(index);
    const estimatedSeconds = 30 + (mixed(seed, index, 1) % 270);
    return {
      index,
      fixed: {
        id,
        name: `NIGHTLY_${index}`,
        workstation: `WS${index % WORKSTATIONS}`,
        jobStream: `STREAM_${index % STREAMS}`,
        task: `/opt/jobs/nightly-${index}.sh`,
        priority: mixed(seed, index, 2) % 101,
        estimatedSeconds,
      },
      // Earlier jobs of its stream.
      predecessors: [index - STREAMS, index - 2 * STREAMS].filter((earlier) => earlier >= 0),
      life: new JobLife({
        seed: mixed(seed, index, 3),
        status: FIRST_STATUSES[index % FIRST_STATUSES.length] ?? 'READY',
        now: clock.now(),
        estimatedSeconds,
        onChange: (status, at) =>
          this.#happened({ at: new Date(at).toISOString(), job: id, status }),
      }),
      version: 1,
    };
  }

  #happened(event: SchedulerEvent): void {
    this.#events.push(event);
    if (this.#events.length >= 2 * KEPT_EVENTS) this.#events = this.#events.slice(-KEPT_EVENTS);
  }
}

function idAt(index: number): string {
  return `job-${index}`;
}

/** A number that is the same for the same three, and looks like any other. */
function mixed(seed: number, index: number, salt: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35) ^ salt;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}
