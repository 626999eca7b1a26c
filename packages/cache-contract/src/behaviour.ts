/**
 * The behaviours in which caches are known to differ, each a row of a preflight report. They are the
 * rows of the table in which the old and the new cache of the first migration were compared, and who
 * shares a cache.
 */
export type Behaviour =
  /** How the number of entries is had, and what it counts. */
  | 'size'
  /** How the cache is ended. */
  | 'end'
  /** How its figures are had, and their shape. */
  | 'metrics'
  /** The names and units of its options. */
  | 'options'
  /** Whether a read prolongs an entry. */
  | 'expiry'
  /** The unit of lifetimes, and the one of an entry that is written without. */
  | 'default ttl'
  /** Lifetimes at the edges: 0, negative, not a number, endless. */
  | 'ttl edges'
  /** Whether `null` can be stored and told from a miss. */
  | 'null'
  /** Which keys are taken, and which are the same. */
  | 'keys'
  /** What bounds the cache, and what happens there. */
  | 'bounds'
  /** Which entry goes when room is needed. */
  | 'eviction order'
  /** Whether deletes, expirations and evictions are counted apart. */
  | 'removals'
  /** When expired entries that nobody reads are removed. */
  | 'clean-up'
  /** Whether a value that was handed out or in is the stored one. */
  | 'aliasing'
  /** Whether several processes see the same entries. */
  | 'sharing';

/** A difference of the backend that an adapter hides. */
export interface Normalisation {
  readonly behaviour: Behaviour;
  /** What the backend itself does, in words for a report. */
  readonly beneath: string;
}
