import type { Subject, Target } from './subject.js';

/** The stages in their order, `live` at its two ends. */
export const RUNGS = [
  'off',
  'dualwrite',
  'shadow',
  'live 0',
  'live 100',
  'rampdown',
  'complete',
] as const;

export type Rung = (typeof RUNGS)[number];

const TARGETS: Readonly<Record<Rung, Target>> = {
  off: { stage: 'off' },
  dualwrite: { stage: 'dualwrite' },
  shadow: { stage: 'shadow' },
  'live 0': { stage: 'live', percentage: 0 },
  'live 100': { stage: 'live', percentage: 100 },
  rampdown: { stage: 'rampdown' },
  complete: { stage: 'complete' },
};

export function targetOf(rung: Rung): Target {
  return TARGETS[rung];
}

export function rungOf({ stage, percentage }: Subject['state']): Rung {
  if (stage !== 'live') return stage;
  return percentage === 0 ? 'live 0' : 'live 100';
}

/** The rungs that are passed on the way, the last one included. */
export function wayFrom(from: Rung, to: Rung): readonly Rung[] {
  const [begin, end] = [RUNGS.indexOf(from), RUNGS.indexOf(to)];
  return begin <= end ? RUNGS.slice(begin + 1, end + 1) : RUNGS.slice(end, begin).toReversed();
}

export function isUpToLive(rung: Rung): boolean {
  return RUNGS.indexOf(rung) <= RUNGS.indexOf('live 100');
}
