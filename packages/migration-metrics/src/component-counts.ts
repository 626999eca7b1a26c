import type {
  FailureKind,
  FallbackReason,
  MigrationObserver,
  Operation,
  SideName,
} from '@resync/cache-migration';

const REASONS = [
  'miss',
  'error',
  'timeout',
  'shed',
  'dirty',
  'cold',
] as const satisfies readonly FallbackReason[];

const ERROR_TYPES = [
  'legacy_error',
  'legacy_timeout',
  'legacy_shed',
  'next_error',
  'next_timeout',
  'next_shed',
] as const satisfies readonly `${SideName}_${FailureKind}`[];

/** What is counted for one component, in plain numbers: the hot path touches nothing else. */
export class ComponentCounts implements MigrationObserver {
  readonly hits: Record<SideName, number> = { legacy: 0, next: 0 };
  /** Every reason is there from the start, so that a series does not appear with its first event. */
  readonly fallbacks = zeros(REASONS);
  readonly errors = zeros(ERROR_TYPES);
  readonly #onLatency: (operation: Operation, seconds: number) => void;

  constructor(onLatency: (operation: Operation, seconds: number) => void) {
    this.#onLatency = onLatency;
  }

  hit(side: SideName): void {
    this.hits[side] += 1;
  }

  fallback(reason: FallbackReason): void {
    this.fallbacks[reason] += 1;
  }

  failure(side: SideName, kind: FailureKind): void {
    this.errors[`${side}_${kind}`] += 1;
  }

  latency(operation: Operation, ms: number): void {
    this.#onLatency(operation, ms / 1000);
  }
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
