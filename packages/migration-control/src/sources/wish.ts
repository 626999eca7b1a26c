import { STAGES, type Stage } from '@resync/cache-migration';
import { ControlError } from '../control-error.js';

/** How far a component may go. */
export interface WishedTarget {
  readonly stage: Stage;
  readonly percentage: number;
}

/**
 * What a source says of a component. `true`: it may migrate, up to `live 100`. `false`: a request to
 * take it back. A target: it may go so far, and no further. Nothing: no opinion.
 */
export type Wish = boolean | WishedTarget;

/** The wishes of a source, by component; a component that is left out is one of no opinion. */
export type Wishes = Readonly<Record<string, Wish>>;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** Words that are read as true or false. */
export const ACCEPTED_BOOLEANS = [...BOOLEANS.keys()].join(', ');

const ACCEPTED = `${ACCEPTED_BOOLEANS}, ${STAGES.slice(1).join(', ')}, "live 25" or { stage, percentage }`;

/** A word as true or false; undefined where it is neither. */
export function readBoolean(text: string): boolean | undefined {
  return BOOLEANS.get(text.trim().toLowerCase());
}

/**
 * Reads a wish: a boolean, a word, `live 25`, `live:25`, or an object. What is empty is no opinion.
 *
 * @throws ControlError `INVALID_FLAG` that names what is accepted
 */
export function readWish(name: string, given: unknown): Wish | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given === 'boolean') return given;
  if (typeof given === 'string') {
    const word = readBoolean(given);
    if (word !== undefined) return word;
    const [, stage, percentage] =
      /^([a-z]+)(?:[\s:]+(\d+(?:\.\d+)?)\s*%?)?$/.exec(given.trim().toLowerCase()) ?? [];
    return (
      asTarget(stage, percentage === undefined ? undefined : Number(percentage)) ??
      refuse(name, given)
    );
  }
  if (typeof given === 'object' && 'stage' in given) {
    const percentage = 'percentage' in given ? given.percentage : undefined;
    return asTarget(given.stage, percentage) ?? refuse(name, given);
  }
  return refuse(name, given);
}

/** Reads the wishes of several components. */
export function readWishes(given: unknown): Wishes {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    refuse('the wishes', given);
  const faults: string[] = [];
  const read: [string, Wish][] = [];
  for (const [name, value] of Object.entries(given)) {
    try {
      const wish = readWish(name, value);
      if (wish !== undefined) read.push([name, wish]);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (faults.length > 0) throw new ControlError('INVALID_FLAG', faults.join('\n'));
  return Object.fromEntries(read);
}

function asTarget(stage: unknown, percentage: unknown): Wish | undefined {
  const known = STAGES.find((name) => name === stage);
  if (known === undefined) return undefined;
  if (known === 'off') return percentage === undefined || percentage === 0 ? false : undefined;
  if (known !== 'live') {
    const implied = known === 'rampdown' || known === 'complete' ? 100 : 0;
    const isImplied = percentage === undefined || percentage === implied;
    return isImplied ? { stage: known, percentage: implied } : undefined;
  }
  const isShare = typeof percentage === 'number' && percentage >= 0 && percentage <= 100;
  return isShare ? { stage: known, percentage } : undefined;
}

function refuse(name: string, given: unknown): never {
  throw new ControlError(
    'INVALID_FLAG',
    `expected ${name} to be one of ${ACCEPTED}; got ${JSON.stringify(given)}`,
  );
}
