import type { LoadWindow } from './load-messages.js';
import type { Visit } from './traffic.js';

const KEPT_INCIDENTS = 5;

/** Collects what is seen until the window ends. */
export class LoadWindowRecorder {
  readonly #begun = performance.now();
  readonly #latencies: number[] = [];
  readonly #incidents: string[] = [];
  readonly #failedBy: Partial<Record<Visit['kind'], number>> = {};
  #requests = 0;
  #failed = 0;
  #limited = 0;
  #stale = 0;
  #lagging = 0;
  #probes = 0;
  #failedProbes = 0;
  #downSince: number | undefined;
  #downtimeMs = 0;
  #stoodStillMs = 0;

  get failures(): number {
    return this.#failed;
  }

  get staleReads(): number {
    return this.#stale;
  }

  get laggingReads(): number {
    return this.#lagging;
  }

  /** A request was answered. */
  answered(ms: number, by: 'service' | 'language model'): void {
    this.#requests += 1;
    if (by === 'service') this.#latencies.push(ms);
  }

  failed(kind: Visit['kind'], why: string): void {
    this.#requests += 1;
    this.#failed += 1;
    this.#failedBy[kind] = (this.#failedBy[kind] ?? 0) + 1;
    this.#remember(`${kind}: ${why}`);
  }

  /** A request was refused by a rate limit, as it should be. */
  limited(): void {
    this.#requests += 1;
    this.#limited += 1;
  }

  stale(incident: string): void {
    this.#stale += 1;
    this.#remember(incident);
  }

  lagging(): void {
    this.#lagging += 1;
  }

  probePassed(): void {
    this.#probes += 1;
    this.#endDowntime();
  }

  probeFailed(incident: string): void {
    this.#probes += 1;
    this.#failedProbes += 1;
    this.#downSince ??= performance.now();
    this.#remember(incident);
  }

  /** Nothing ran in this process for so long: that time does not count. */
  stoodStill(ms: number): void {
    this.#stoodStillMs += ms;
  }

  end(): LoadWindow {
    this.#endDowntime();
    return {
      seconds: (performance.now() - this.#begun - this.#stoodStillMs) / 1000,
      stoodStillSeconds: this.#stoodStillMs / 1000,
      requests: this.#requests,
      failed: this.#failed,
      failedBy: this.#failedBy,
      limited: this.#limited,
      stale: this.#stale,
      lagging: this.#lagging,
      p95Ms: quantile(this.#latencies, 0.95),
      maxMs: this.#latencies.reduce((most, ms) => Math.max(most, ms), 0),
      probes: this.#probes,
      failedProbes: this.#failedProbes,
      downtimeSeconds: this.#downtimeMs / 1000,
      incidents: this.#incidents,
    };
  }

  #endDowntime(): void {
    if (this.#downSince === undefined) return;
    this.#downtimeMs = Math.max(this.#downtimeMs, performance.now() - this.#downSince);
    this.#downSince = undefined;
  }

  #remember(incident: string): void {
    if (this.#incidents.length < KEPT_INCIDENTS) this.#incidents.push(incident);
  }
}

/** The smallest value that at least this share of all does not exceed; NaN of nothing. */
function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
