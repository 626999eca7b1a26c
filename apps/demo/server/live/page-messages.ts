/** What the page is sent: plain data, one server-sent event a message. */

/** What is measured of a component, or of all of them, once a second; null: nothing to measure. */
export const METRICS = [
  /** Reads that each side answered, a second. */
  'legacyReads',
  'nextReads',
  /** Hits among them over the last seconds, 0 to 100. */
  'legacyHitRatio',
  'nextHitRatio',
  /** 95th percentile of the calls to each side over the last seconds, in milliseconds. */
  'legacyP95',
  'nextP95',
  /** Reads that legacy answered in place of next, a second: next had nothing, or could not answer. */
  'missedFallbacks',
  'failedFallbacks',
  /** Calls to each side that went wrong, a second. */
  'legacyErrors',
  'nextErrors',
  /** Keys that each side must not answer for. */
  'legacyDirtyKeys',
  'nextDirtyKeys',
] as const;

export type Metric = (typeof METRICS)[number];

export type Figures = Readonly<Record<Metric, number | null>>;

/** The name under which the figures of all components together are sent. */
export const ALL = 'all';

/** What can be made to go wrong with a component's caches; see `FaultSwitches`. */
export const FAULTS = ['none', 'slower', 'slow', 'failing', 'hanging'] as const;

export type FaultName = (typeof FAULTS)[number];

/**
 * What the demo is doing. `preparing`: it starts. `rehearsal`: the rehearsal moves the components.
 * `rollout`: the plan does, and whoever has the token. `fixed`: nothing does.
 */
export type Phase = 'preparing' | 'rehearsal' | 'rollout' | 'fixed';

/** A stage with its percentage. */
export interface PageRung {
  readonly stage: string;
  readonly percentage: number;
}

/** One process of a fleet. */
export interface PageMember {
  readonly name: string;
  /** The last epoch that it has acknowledged; null: none yet. */
  readonly epoch: number | null;
  readonly isController: boolean;
  /** It has ended, and the fleet waits until its membership runs out. */
  readonly isGone: boolean;
}

/** Where one component stands. */
export interface PageComponent {
  readonly name: string;
  readonly at: PageRung;
  /** As the rollout has it; undefined before it. */
  readonly status: string | undefined;
  /** It has not been seen at its step yet, so that there is nothing to promote it from. */
  readonly isOnTheWay: boolean;
  /** Where the plan takes it next. */
  readonly next: PageRung | undefined;
  /** One sentence on what keeps it where it is; empty: nothing. */
  readonly holding: string;
  readonly fault: FaultName;
  /** Reads that next answered among all of the last seconds, 0 to 100. */
  readonly share: number | null;
  /** Undefined where there is one process. */
  readonly members: readonly PageMember[] | undefined;
}

/** What the load generator, a process of its own, has seen. */
export interface PageLoad {
  /** Answered or failed, a second. */
  readonly perSecond: number;
  readonly requests: number;
  readonly failed: number;
  readonly stale: number;
  /** The percentage of each component that next answered for, as its last answer said. */
  readonly percentages: Readonly<Record<string, number>>;
}

/** Everything that is current. */
export interface PageSnapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly phase: Phase;
  readonly isPaused: boolean;
  readonly isUnderMemoryPressure: boolean;
  /** In the order of the rollout. */
  readonly components: readonly PageComponent[];
  /** By component, and `all`. */
  readonly figures: Readonly<Record<string, Figures>>;
  readonly load: PageLoad | undefined;
  /** The Redis that the demo started; undefined: it started none. */
  readonly redis: 'up' | 'down' | undefined;
}

/** What happened. */
export interface PageEvent {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined where it concerns all. */
  readonly component: string | undefined;
  readonly kind: 'step' | 'hold' | 'rollback' | 'fault' | 'note';
  readonly sentence: string;
  /** Whoever decided it, where somebody did. */
  readonly who?: string;
}

/** A row of the KPI table, in words. */
export interface PageKpi {
  readonly title: string;
  readonly measured: string;
  readonly target: string;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

/** KPIs, and what they are taken of. */
export interface PageKpis {
  readonly of: 'rehearsal' | 'last minute';
  readonly rows: readonly PageKpi[];
}

/** The last minutes, in columns; the oldest first. */
export interface PageHistory {
  /** Milliseconds since the epoch. */
  readonly at: readonly number[];
  /** By component, and `all`. */
  readonly figures: Readonly<Record<string, Readonly<Record<Metric, readonly (number | null)[]>>>>;
}

/** Everything, for somebody who has just come. */
export interface PageHello {
  readonly snapshot: PageSnapshot;
  readonly history: PageHistory;
  /** The oldest first. */
  readonly events: readonly PageEvent[];
  readonly kpis: PageKpis;
}

/** The messages by the names of their events. */
export interface PageMessages {
  readonly hello: PageHello;
  /** A second has ended: its figures belong into the charts. */
  readonly second: PageSnapshot;
  /** Something has changed within a second. */
  readonly change: PageSnapshot;
  readonly event: PageEvent;
  readonly kpis: PageKpis;
}
