import type { Behaviour } from '../behaviour.js';
import type { Cache } from '../cache.js';
import type { CacheCapabilities } from '../cache-capabilities.js';
import type { Bounds } from '../conformance/conformance-case.js';
import type { PreflightVerdict } from './preflight-report.js';

/** What to make of two answers that differ, or of two that are the same and dangerous. */
interface Judgement {
  readonly verdict: PreflightVerdict;
  readonly advice: string;
}

interface Question {
  readonly behaviour: Behaviour;
  readonly question: string;
  /** What the contract says; a side that does otherwise blocks a migration. Left out: it leaves it open. */
  readonly contract?: string;
  /** What a difference means that the contract leaves open. */
  readonly differs: Judgement;
  /** The answer of legacy that means something else than {@link differs} where next does as the contract says. */
  readonly legacyDiffers?: Judgement & { readonly answer: string };
  /** Why a cache that declares this is not asked; `undefined` where it is. */
  readonly notFor?: (capabilities: CacheCapabilities) => string | undefined;
  /** The answer that is dangerous where both sides give it. */
  readonly hazard?: Judgement & { readonly answer: string };
}

/** Asked of what the cache declares. */
interface DeclaredProbe extends Question {
  readonly on: 'declared';
  readonly ask: (capabilities: CacheCapabilities) => string;
}

/** A cache in use: only keys that `key` gives may be touched, and nothing may stay behind. */
export interface LiveSubject {
  readonly cache: Cache;
  /** A key of the preflight's own. */
  readonly key: (name: string) => string;
}

/** Asked of a cache that may be in use, if it has room for a few entries. */
export interface LiveProbe extends Question {
  readonly on: 'live';
  readonly ask: (subject: LiveSubject) => Promise<string>;
}

/** A cache that was made for one question, and time that can be moved. */
interface ScratchSubject extends LiveSubject {
  /** Moves the time of the cache, in milliseconds. */
  readonly advance: (ms: number) => Promise<void>;
  /** Timers that the cache has waiting on the clock that it was given. */
  readonly timers: () => number;
}

/** Asked of a cache that was made for it, because it takes time or leaves something behind. */
export interface ScratchProbe extends Question {
  readonly on: 'scratch';
  readonly bounds?: Bounds;
  /** Only where the cache follows the clock that it is given. */
  readonly movesTime?: true;
  readonly ask: (subject: ScratchSubject) => Promise<string>;
}

/** One question about a behaviour. What it answers is compared word for word. */
export type Probe = DeclaredProbe | LiveProbe | ScratchProbe;
