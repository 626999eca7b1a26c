import { styleText } from 'node:util';
import type { Colouring } from '../rehearsal/painter.js';
import type { Check } from './check.js';
import type { Sabotage } from './scenario.js';

/** How a scenario ended. */
export interface Verdict {
  readonly scenario: string;
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or what broke it off. */
  readonly reason?: string;
  readonly seed: number;
  readonly sabotage?: Sabotage;
  readonly seconds: number;
  readonly checks: readonly Check[];
}

const COLOURS = { passed: 'green', failed: 'red', skipped: 'yellow' } as const;

/** The checks and the verdict, as lines. */
export function verdictLines(verdict: Verdict, colouring: Colouring): readonly string[] {
  const paint = (colour: 'green' | 'red' | 'yellow', text: string): string =>
    colouring === 'coloured' ? styleText(colour, text, { validateStream: false }) : text;
  const { checks, scenario, seconds, reason } = verdict;
  const width = Math.max(0, ...checks.map(({ title }) => title.length));
  const rows = checks.map(({ title, measured, expected, isMet }) => {
    const mark = expected === '' ? ' ' : isMet ? paint('green', '✔') : paint('red', '✘');
    const target = expected === '' ? '' : `   (${expected})`;
    return `  ${mark} ${title.padEnd(width)}  ${measured}${target}`;
  });
  const word = paint(COLOURS[verdict.verdict], verdict.verdict);
  const why = reason === undefined ? '' : `: ${reason}`;
  return ['', ...rows, `  ${scenario} ${word}${why}, ${seconds.toFixed(1)} s`, ''];
}
