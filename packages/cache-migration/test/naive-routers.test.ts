import {
  AddOnMiss,
  EmptyLegacyBeforeRampdown,
  HandWrittenRouter,
  PromoteWithoutDrain,
  TryNextCatchLegacy,
  WriteBothIgnoreErrors,
} from '@resync/tooling-naive-router';
import { describe, expect, it } from 'vitest';
import { explore } from './simulation/exploration/explore.js';
import type { Scenario } from './simulation/exploration/scenario.js';
import type { CreateRouter } from './simulation/router.js';
import { createIncuriousManager } from './simulation/simulated-manager.js';

const KEY = 'a';
const get = { kind: 'get', key: KEY } as const;
const set = (value: string) => ({ kind: 'set', key: KEY, value, ttl: 1_000_000 }) as const;

const TO_SHADOW = [{ stage: 'dualwrite' }, { stage: 'shadow' }] as const;
const TO_LIVE = [...TO_SHADOW, { stage: 'live', percentage: 100 }] as const;

const QUIET: Omit<Scenario, 'name' | 'preparations' | 'clients'> = {
  moves: [],
  advances: [],
  evictions: [],
  faults: { sides: [], kinds: [], budget: 0 },
  pace: 'oldest first',
  keys: [KEY],
};

/** A mistake, the least that shows it, and the router that does not make it. */
interface Mistake {
  readonly name: string;
  /** The promise that it breaks. */
  readonly invariant: 'I1' | 'I2';
  readonly naive: CreateRouter;
  readonly right: CreateRouter;
  readonly scenario: Omit<Scenario, 'name'>;
}

/** The one of two processes that is emptied behind both. */
class EmptyLegacyAfterRampdown extends EmptyLegacyBeforeRampdown<string> {
  protected override async emptyBehind(announce: () => Promise<void>): Promise<void> {
    await announce();
    await this.emptied();
  }
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'try next, catch legacy',
    invariant: 'I1',
    naive: (parts) => new TryNextCatchLegacy<string>(parts),
    right: (parts) => new HandWrittenRouter<string>(parts),
    scenario: {
      ...QUIET,
      preparations: [...TO_LIVE, set('old')],
      clients: [[set('x'), get]],
      faults: { sides: ['next'], kinds: ['fail'], budget: 1 },
    },
  },
  {
    name: 'write both, ignore errors',
    invariant: 'I1',
    naive: (parts) => new WriteBothIgnoreErrors<string>(parts),
    right: (parts) => new HandWrittenRouter<string>(parts),
    scenario: {
      ...QUIET,
      preparations: [...TO_LIVE, set('old')],
      clients: [[set('x'), get]],
      faults: { sides: ['next'], kinds: ['fail'], budget: 1 },
    },
  },
  {
    name: 'add on a miss',
    invariant: 'I1',
    naive: (parts) => new AddOnMiss<string>(parts),
    right: (parts) => new HandWrittenRouter<string>(parts),
    scenario: {
      ...QUIET,
      preparations: [...TO_LIVE, set('old'), { side: 'next', key: KEY }],
      clients: [[get, get], [{ kind: 'delete', key: KEY }]],
    },
  },
  {
    name: 'promote without draining',
    invariant: 'I1',
    naive: (parts) => new PromoteWithoutDrain<string>(parts),
    right: (parts) => new HandWrittenRouter<string>(parts),
    scenario: {
      ...QUIET,
      preparations: [...TO_SHADOW, set('old')],
      clients: [[set('x'), get]],
      moves: [
        { stage: 'live', percentage: 0 },
        { stage: 'live', percentage: 100 },
      ],
    },
  },
  {
    name: 'empty legacy before rampdown',
    invariant: 'I1',
    naive: (parts) => new EmptyLegacyBeforeRampdown<string>(parts),
    right: (parts) => new EmptyLegacyAfterRampdown(parts),
    scenario: {
      ...QUIET,
      preparations: [...TO_LIVE, { stage: 'rampdown' }, { stage: 'complete' }, set('old'), get],
      clients: [[set('x'), set('y'), get]],
      moves: ['cold rollback', { stage: 'live', percentage: 0 }],
      pace: 'newest first',
    },
  },
  {
    name: 'hand on the errors of next',
    invariant: 'I2',
    naive: (parts) => new HandWrittenRouter<string>(parts),
    right: createIncuriousManager,
    scenario: {
      ...QUIET,
      preparations: TO_LIVE,
      clients: [[set('x')]],
      faults: { sides: ['next'], kinds: ['fail'], budget: 1 },
    },
  },
  {
    name: 'wait for next in dualwrite',
    invariant: 'I2',
    naive: (parts) => new HandWrittenRouter<string>(parts),
    right: createIncuriousManager,
    scenario: {
      ...QUIET,
      preparations: [{ stage: 'dualwrite' }],
      clients: [[set('x'), set('y')]],
      faults: { sides: ['next'], kinds: ['hang'], budget: 1 },
    },
  },
];

describe.each(MISTAKES)('$name', ({ invariant, naive, right, scenario }) => {
  const brokenBy = async (router: CreateRouter) => {
    const named = { ...scenario, name: 'a mistake' };
    const { findings, isExhausted } = await explore(named, router, { delays: 2 });
    const violations = findings.flatMap((finding) => finding.violations);
    return { isBroken: violations.some((what) => what.startsWith(invariant)), isExhausted };
  };

  it(`breaks ${invariant}`, async () => {
    expect(await brokenBy(naive)).toMatchObject({ isBroken: true });
  });

  it('is why: without it no order within the same bound does', async () => {
    expect(await brokenBy(right)).toEqual({ isBroken: false, isExhausted: true });
  });
});
