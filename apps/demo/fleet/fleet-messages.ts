import type { RecordedSecond } from '../server/live/component-recorder.js';
import type { FaultName } from '../server/live/page-messages.js';
import type { Settings } from '../settings.js';
import type { FleetPlace } from './fleet-place.js';

/** How a worker begins. */
export interface WorkerStart {
  /** What it is called: `w1`, `w2`, … */
  readonly name: string;
  readonly settings: Settings;
  readonly place: FleetPlace;
  /** Milliseconds; 0: there is no level one. */
  readonly l1Ttl: number;
  /** The port of the loopback on which the primary shows page, admin surface and figures. */
  readonly console: number;
}

/** What is asked of one worker, because only it has counted that. */
export type Question = 'metrics' | 'migration';

/** From the primary to a worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly start: WorkerStart }
  | { readonly kind: 'fault'; readonly component: string; readonly fault: FaultName }
  | { readonly kind: 'memory'; readonly weight: 'on' | 'off' }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'end' };

/** From a worker to the primary. */
export type FromWorker =
  /** It listens: what it was told before is lost. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'serving'; readonly url: string }
  /** It could not begin. */
  | { readonly kind: 'failed'; readonly why: string }
  | ({ readonly kind: 'second' } & WorkerSecond)
  | { readonly kind: 'note'; readonly sentence: string; readonly component: string | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };

/** What one worker has seen in a second, by component. */
export interface WorkerSecond {
  readonly seconds: Readonly<Record<string, RecordedSecond>>;
  /** What it is called in the fleet of each component. */
  readonly members: Readonly<Record<string, string>>;
}
