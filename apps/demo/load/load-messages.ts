import type { Visit } from './traffic.js';

/** What the generator is to do. */
export interface LoadPlan {
  readonly url: string;
  readonly seed: number;
  /** Requests sent each second, whether the earlier ones were answered or not; 0: none. */
  readonly requestsPerSecond: number;
  /** `job-0` to `job-<jobs - 1>` are asked for. */
  readonly jobs: number;
  /** Health checks sent each second, beside the requests. */
  readonly probesPerSecond: number;
  /** How many take turns as the user of a request: enough, and nobody meets a rate limit. Default 500. */
  readonly users?: number;
  /** After so many milliseconds without an answer a request has failed. Default 15 000. */
  readonly timeoutMs?: number;
  /** At most so many connections; what is due beyond that waits, and its wait counts. Default 256. */
  readonly connections?: number;
  /** So many milliseconds a read may lag behind what was acknowledged; that is counted apart. Default 0. */
  readonly mayLagMs?: number;
}

/** Users who each send their next request when the last one was answered. */
export interface ClosedLoop {
  readonly users: number;
  /** Requests of each. Default: until the time is over, or they are told to end. */
  readonly operations?: number;
  /** After so many milliseconds nobody begins another request. Default: never. */
  readonly forMs?: number;
}

/** What was seen in one stretch of time. */
export interface LoadWindow {
  /** Without the time in which the generator stood still. */
  readonly seconds: number;
  /** For how long the generator itself did not run, in stretches over a quarter of a second. */
  readonly stoodStillSeconds: number;
  readonly requests: number;
  readonly failed: number;
  /** The same by what was asked for, where any failed. */
  readonly failedBy: Readonly<Partial<Record<Visit['kind'], number>>>;
  /** Refused by a rate limit, and told when to come again: expected, and no failure. */
  readonly limited: number;
  /** Jobs that came back with a lower version than one that was acknowledged before they were asked for. */
  readonly stale: number;
  /** The same, by less than the plan allows. */
  readonly lagging: number;
  /** 95th percentile in milliseconds, without the answers that waited for the language model. */
  readonly p95Ms: number;
  /** The slowest of the same answers, in milliseconds; 0 where there were none. */
  readonly maxMs: number;
  readonly probes: number;
  readonly failedProbes: number;
  /** The longest time from a failed probe to the next one that passed, in seconds. */
  readonly downtimeSeconds: number;
  /** The first few things that went wrong, in words. */
  readonly incidents: readonly string[];
}

/** What the generator has seen since its start. */
export interface LoadProgress {
  readonly requests: number;
  readonly failed: number;
  readonly stale: number;
  readonly lagging: number;
  /** The percentage of each component, as the last answer that told it said. */
  readonly percentages: Readonly<Record<string, number>>;
}

/** To the generator. */
export type LoadCommand =
  | { readonly kind: 'start'; readonly plan: LoadPlan }
  | { readonly kind: 'rate'; readonly requestsPerSecond: number }
  | { readonly kind: 'closed loop'; readonly loop: ClosedLoop }
  | { readonly kind: 'end loop' }
  | { readonly kind: 'end-window' };

/** From the generator. */
export type LoadReport =
  /** Sent ten times a second. */
  | ({ readonly kind: 'progress' } & LoadProgress)
  /** The users of a closed loop have all ended. */
  | { readonly kind: 'loop ended' }
  /** The answer to `end-window`; the next window has begun. */
  | { readonly kind: 'window'; readonly window: LoadWindow };
