import type { Cache, Clock, SetOptions } from '@resync/cache-contract';

/** The words that migration flags use. */
type Stage = 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';

/** Where a subject is to go; the percentage in `live` only. */
export interface Target {
  readonly stage: Stage;
  readonly percentage?: number;
}

/**
 * What is put to the test: something that stands before two caches and moves a service from one to
 * the other. It is judged by what its caller sees, and by nothing else. What is optional here and
 * missing in a subject, it does not offer.
 */
export interface Subject {
  readonly state: { readonly stage: Stage; readonly percentage: number };

  /** The value, or `undefined`. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options?: SetOptions): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  clear(): Promise<unknown>;

  /** The value, loaded and stored on a miss. */
  getOrSet?(key: string, loader: () => Promise<unknown>): Promise<unknown>;

  /** Goes to a stage. Only neighbours are asked for. */
  transition(target: Target): Promise<unknown>;

  /** Goes back to where legacy answers. */
  rollback(): Promise<unknown>;

  /** Goes back from `complete` with a legacy that is distrusted. */
  rollbackCold?(): Promise<unknown>;

  /** Looks for differences between the two caches before anything moves, and names them. */
  preflight?(): Promise<readonly string[]>;

  /** Compares reads in `shadow`: what was reported as a difference so far. */
  readonly mismatches?: readonly string[];

  close(): Promise<unknown>;
}

/** What a subject is made from. */
export interface SubjectParts {
  readonly legacy: Cache;
  readonly next: Cache;
  readonly clock: Clock;
}

/** A kind of subject: a column of the table. */
export interface SubjectKind {
  readonly name: string;
  /** What it is, or who writes it, for the reader of the table. */
  readonly who: string;
  readonly create: CreateSubject;
}

export type CreateSubject = (parts: SubjectParts) => Subject | Promise<Subject>;
