import type { OrphanGuard } from '../orphans/orphan-guard.js';
import type { Check } from './check.js';

/**
 * What is put in the place of a protection, or taken away, so that a scenario has to fail.
 * `naive-router`: a router as one writes it by hand; `leaky-router`: one that keeps what it read;
 * `one-pair`: all components lose their caches together, as if they shared them; `no-judge`: nobody
 * looks at the rollout; `no-restore`: the service restarts without its snapshot.
 */
export const SABOTAGES = [
  'naive-router',
  'leaky-router',
  'one-pair',
  'no-judge',
  'no-restore',
] as const;

export type Sabotage = (typeof SABOTAGES)[number];

/** What a scenario is run with. */
export interface ScenarioContext {
  readonly seed: number;
  /** `small`: as little as shows the point, for the tests. */
  readonly size: 'full' | 'small';
  readonly sabotage: Sabotage | undefined;
  /** The built load generator. */
  readonly loadGenerator: string;
  /** Servers and folders that go with this process, also where it is killed. */
  readonly guard: Pick<OrphanGuard, 'keep' | 'keepFolder'>;
  /** Tells what happens now. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Something that may happen to a service that migrates, played through, with a verdict. */
export interface Scenario {
  readonly name: string;
  /** What must hold, in one line. */
  readonly title: string;
  /** A program that has to be on PATH. */
  readonly needs?: 'redis-server';
  /** What makes it fail. */
  readonly failsWith: Sabotage;
  /** @returns what was looked at; rejects where it could not be played through */
  run(context: ScenarioContext): Promise<readonly Check[]>;
}
