import type { MigrationState } from '@resync/cache-migration';

/** Where a component stands, for a view. */
export interface ComponentStanding {
  readonly component: string;
  readonly state: Pick<MigrationState, 'stage' | 'percentage'>;
  readonly reads: number;
  readonly readsByNext: number;
  readonly fallbacks: number;
}

/** Whoever shows how a rehearsal goes. */
export interface RehearsalView {
  /** Something happened. */
  event(text: string): void;
  /** The components have moved on a little. */
  standings(standings: readonly ComponentStanding[]): void;
  /** Nothing more comes. */
  end(): void;
}
