import { Averted, Broken, NotOffered } from './finding.js';
import type { CreateSubject } from './subject.js';
import type { Surroundings } from './surroundings.js';
import { Trial } from './trial.js';

/** What a hazard does to a subject. */
export type Verdict =
  /** The caller saw nothing wrong; `note`: what was refused or announced. */
  | { readonly kind: 'held'; readonly note?: string }
  /** The caller saw what must not be. */
  | { readonly kind: 'broken'; readonly saw: string }
  /** The subject does not do what the hazard is about. */
  | { readonly kind: 'not offered'; readonly why: string };

/** One hazard: a row of the table. */
export interface Scenario {
  /** As in the migration protocol, 1 to 16. */
  readonly number: number;
  readonly title: string;
  /** What must happen, for the reader of the table. */
  readonly must: string;
  /** How the interleaving is forced, and what is looked at. */
  readonly how: string;
  run(create: CreateSubject): Promise<Verdict>;
}

/** One forced interleaving. `play` throws what it finds: {@link Broken}, {@link NotOffered}, {@link Averted}. */
export interface Situation {
  readonly name: string;
  readonly surroundings?: Surroundings;
  readonly play: (trial: Trial) => Promise<void>;
}

/** Plays every situation with a subject of its own. One that breaks is enough. */
export async function playAll(
  situations: readonly Situation[],
  create: CreateSubject,
): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const situation of situations) verdicts.push(await play(situation, create));
  const broken = verdicts.flatMap((verdict, index) =>
    verdict.kind === 'broken' ? [`${situations[index]?.name ?? ''}: ${verdict.saw}`] : [],
  );
  if (broken[0] !== undefined) {
    const share = situations.length === 1 ? '' : ` (${broken.length} of ${situations.length})`;
    return { kind: 'broken', saw: broken[0] + share };
  }
  const held = verdicts.filter(({ kind }) => kind === 'held');
  return held.find((verdict) => 'note' in verdict) ?? held[0] ?? verdicts[0] ?? { kind: 'held' };
}

async function play({ surroundings, play }: Situation, create: CreateSubject): Promise<Verdict> {
  const trial = await Trial.open(create, surroundings);
  try {
    await play(trial);
    await assertStillCaches(trial);
    return { kind: 'held' };
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', saw: error.message };
    if (error instanceof Averted) return { kind: 'held', note: error.message };
    if (error instanceof NotOffered) return { kind: 'not offered', why: error.message };
    throw error;
  } finally {
    await trial.close();
  }
}

const RECOVERY = 30_000;

/** Nobody is safe by caching nothing: half a minute after the trouble a new value is kept. */
async function assertStillCaches(trial: Trial): Promise<void> {
  await trial.recover();
  await trial.pass(RECOVERY);
  await trial.shielded({ kind: 'set', key: 'afterwards', value: 'kept' });
  await trial.settle();
  if ((await trial.read('afterwards')) !== 'kept') {
    throw new Broken('half a minute after the trouble a new value is not kept');
  }
}
