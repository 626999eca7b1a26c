import { ManualClock } from '@resync/cache-contract/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { ControlError } from '../../../src/control-error.js';
import type { FleetSnapshot } from '../../../src/fleet/fleet-record.js';
import { TakeBacks } from '../../../src/fleet/rollout/take-backs.js';
import { snapshotAt, stateAt } from '../snapshot-at.js';

const EVERY_MS = 5000;

const TOP = snapshotAt(stateAt({ stage: 'live', percentage: 100 }));
const HARBOUR = snapshotAt(stateAt({ stage: 'live', percentage: 0 }));
const COMPLETE = snapshotAt(stateAt({ stage: 'complete' }));

let clock: ManualClock;
let isDown: boolean;
let at: FleetSnapshot;
/** What was asked for, in order. */
let asked: string[];
let errors: unknown[];
/** What whoever drives answers to a cold rollback. */
let answer: () => Promise<void>;
let takeBacks: TakeBacks;

beforeEach(() => {
  clock = new ManualClock();
  isDown = false;
  at = TOP;
  asked = [];
  errors = [];
  answer = () => Promise.resolve();
  const reply = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    if (isDown) throw new ControlError('CONTROL_STORE', 'the store is gone');
    return value;
  };
  takeBacks = new TakeBacks({
    components: {
      core: {
        remote: {
          status: () => reply('status', at),
          rollback: ({ why, by }) => reply(`rollback, ${by}: ${why}`, undefined),
        },
      },
    },
    operator: {
      handle: (event, who) => {
        asked.push(`${event.kind}, ${who}`);
        return answer();
      },
    },
    clock,
    everyMs: EVERY_MS,
    onError: (error) => void errors.push(error),
  });
});

const ROLLBACK = 'rollback, sources: a source says false';

async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

it('takes back what a source says false of, once', async () => {
  await takeBacks.heed({ core: true }, 'start');
  expect(asked).toEqual([]);
  await takeBacks.heed({ core: false }, 'later');
  await takeBacks.heed({ core: false, llm: true }, 'later');
  expect(asked).toEqual(['status', ROLLBACK]);
  await takeBacks.heed({ core: true }, 'later');
  at = HARBOUR;
  await takeBacks.heed({ core: false }, 'later');
  expect(asked).toEqual(['status', ROLLBACK, 'status']);
});

describe('while the control store is gone', () => {
  beforeEach(async () => {
    isDown = true;
    await takeBacks.heed({ core: false }, 'later');
    expect(asked).toEqual(['status']);
    expect(errors).toMatchObject([{ code: 'CONTROL_STORE' }]);
  });

  it('tries again at each look, until it is back', async () => {
    await passes(EVERY_MS - 1);
    expect(asked).toHaveLength(1);
    await passes(1);
    expect(errors).toHaveLength(2);
    isDown = false;
    await passes(EVERY_MS);
    expect(asked).toEqual(['status', 'status', 'status', ROLLBACK]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves it once the source says something else', async () => {
    await takeBacks.heed({ core: true }, 'later');
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves it once it is stopped', async () => {
    takeBacks.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

it('asks for nothing any more where the source has changed its mind in the meantime', async () => {
  const heeded = takeBacks.heed({ core: false }, 'later');
  await takeBacks.heed({ core: true }, 'later');
  await heeded;
  expect(asked).toEqual(['status']);
});

describe('in complete', () => {
  beforeEach(() => {
    at = COMPLETE;
  });

  it('goes back to an emptied legacy at the start only', async () => {
    await takeBacks.heed({ core: false }, 'later');
    expect(asked).toEqual(['status']);
    await takeBacks.heed({ core: true }, 'later');
    await takeBacks.heed({ core: false }, 'start');
    expect(asked).toEqual(['status', 'status', 'roll back, sources']);
  });

  it('asks again where nobody has answered, and no more where somebody else has asked before', async () => {
    answer = () => Promise.reject(new ControlError('CONTROL_STORE', 'nobody drives'));
    await takeBacks.heed({ core: false }, 'start');
    expect(errors).toHaveLength(1);
    answer = () => Promise.reject(new ControlError('REFUSED_EVENT', 'it is on its way'));
    await passes(EVERY_MS);
    expect(asked.filter((what) => what === 'roll back, sources')).toHaveLength(2);
    expect(errors).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
