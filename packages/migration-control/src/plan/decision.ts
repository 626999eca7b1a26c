import type { Finding } from '../judge/finding.js';
import type { Rung } from './rung.js';

/** What a driver carries out. Each may be asked for again until it is seen to have happened. */
export type RolloutAction =
  /** One step to a neighbour. */
  | {
      readonly kind: 'transition';
      readonly component: string;
      readonly target: Rung;
      readonly why: string;
    }
  /** Back at once; `cold` from `complete`. */
  | {
      readonly kind: 'roll back';
      readonly component: string;
      readonly why: string;
      readonly cold?: true;
    }
  /** Next has taken too much memory: it is to be emptied. Reads have been taken from it. */
  | { readonly kind: 'empty next'; readonly component: string; readonly why: string };

/** What was decided, by whom, and by which numbers. */
export interface DecisionRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `rollout`, or whoever asked for it. */
  readonly who: string;
  /** `all` where it concerns the whole rollout. */
  readonly component: string;
  readonly verdict:
    | 'promote'
    | 'hold'
    | 'rollback'
    | 'relieve'
    | 'arrived'
    | 'lowered'
    | 'taken back'
    | 'adopted'
    | 'pause'
    | 'resume'
    | 'approve'
    | 'placed'
    | 'removable';
  /** One sentence. */
  readonly sentence: string;
  /** The numbers that it rests on; empty where it rests on none. */
  readonly findings: readonly Finding[];
}
