import type { Clock } from '@resync/cache-contract';
import type { PreflightReport } from '@resync/cache-contract';
import type { Figures } from '../kpis/baseline.js';
import type { KpiName, Measurement } from '../kpis/kpi.js';
import type { RolloutOperator } from '../operator/rollout-operator.js';
import type { Rate } from './rate-limit.js';

/** What was measured of the KPIs that {@link Figures} do not hold. */
export type Measurements = Readonly<Partial<Record<KpiName, Measurement>>>;

/** What an admin handler is told. */
export interface AdminHandlerOptions {
  readonly operator: RolloutOperator;
  /**
   * Who knows it may steer the rollout. Undefined or empty: the surface is off, and every request is
   * refused. At least 16 printable characters; make one with `openssl rand -hex 32`.
   */
  readonly token: string | undefined;
  /** Where its routes begin. Default `/admin`. */
  readonly basePath?: string;
  /** `loopback` (default): requests from this machine. `anywhere`: from all; put TLS in front of it. */
  readonly reach?: 'loopback' | 'anywhere';
  /** Host names by which it may be asked, beside those of the loopback. Default: none; with `anywhere`, all. */
  readonly hosts?: readonly string[];
  /** Compares the caches of a component, usually `() => compareCaches(legacy, next)`. Default: not offered. */
  readonly preflight?: (component: string) => Promise<PreflightReport>;
  /** Figures of the service for a component, of a window that ends now. Default: not offered. */
  readonly figures?: (component: string) => Figures | Promise<Figures>;
  /** What was measured of the KPIs that figures do not hold. Default: nothing. */
  readonly measurements?: (component: string) => Measurements | Promise<Measurements>;
  /** Of requests with the right token, from each address. Default 20 a second, 60 at once. */
  readonly rate?: Rate;
  /** Bytes of a body. Default 16 384. */
  readonly maxBodyBytes?: number;
  /** Milliseconds for a body to arrive in. Default 5000. */
  readonly bodyMs?: number;
  /** Milliseconds between heartbeats of the events. Default 10 000. */
  readonly heartbeatMs?: number;
  /** Streams of events at once. Default 20. */
  readonly maxStreams?: number;
  /** Ends all streams and refuses what comes later, as the service closes. */
  readonly signal?: AbortSignal;
  /** Told of what goes wrong inside; the client is told only that it did. Default: dropped. */
  readonly onError?: (error: unknown) => void;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}
