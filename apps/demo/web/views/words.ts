import type { FaultName, PageRung, Phase } from '../../server/live/page-messages.js';

export function describe({ stage, percentage }: PageRung): string {
  return stage === 'live' ? `live ${percentage} %` : stage;
}

export const PHASES: Readonly<Record<Phase, { readonly title: string; readonly text: string }>> = {
  preparing: { title: 'Starting', text: 'The service is getting ready.' },
  rehearsal: {
    title: 'Rehearsal',
    text: 'Every component climbs under load, one of them fails on the way and is rolled back. One can steer when it is over.',
  },
  rollout: {
    title: 'Rollout',
    text: 'A plan takes each component up, a judge compares both caches, and you may step in.',
  },
  fixed: {
    title: 'Fixed',
    text: 'APP_MIGRATION_USE_NEW_CACHE is false: the caches stay as they are.',
  },
};

export const FAULT_WORDS: Readonly<
  Record<FaultName, { readonly label: string; readonly title: string }>
> = {
  none: { label: 'works', title: 'The caches work' },
  slower: { label: '25 % slower', title: 'Legacy takes 8 ms for each call, next 10 ms' },
  slow: { label: '+ 50 ms', title: 'Each call to next takes 50 ms longer' },
  failing: { label: 'fails', title: 'Each call to next fails' },
  hanging: { label: 'hangs', title: 'No call to next is answered' },
};

/** A figure in as few digits as tell something. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  if (value < 0.01) return value.toFixed(3);
  if (value < 9.95) return value.toFixed(value < 1 ? 2 : 1);
  return Math.round(value).toLocaleString('en');
}

export function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB');
}

/** Sentences begin with the name, and with what stands beside them already. */
export function bareOf(sentence: string, component: string | undefined): string {
  if (component === undefined || !sentence.startsWith(component)) return sentence;
  return sentence.slice(component.length).replace(/^(:| stays:)? /, '');
}
