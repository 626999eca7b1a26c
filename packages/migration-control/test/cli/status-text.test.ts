import { expect, it } from 'vitest';
import { statusText } from '../../src/cli/print/status-text.js';
import type { ComponentReport, MemberStatus } from '../../src/operator/rollout-operator.js';

const AT = { stage: 'live', percentage: 25, epoch: 7 } as const;
const BEFORE = { stage: 'live', percentage: 10, epoch: 6 } as const;
const there = (id: string, isController = false): MemberStatus => ({
  id,
  isController,
  acknowledged: AT,
});

function notesOf(
  members: readonly MemberStatus[],
  at: ComponentReport['at'] = AT,
): readonly string[] {
  const component: ComponentReport = {
    name: 'core',
    status: 'going',
    at,
    step: { position: 4, of: 9 },
    next: undefined,
    since: null,
    isApproved: false,
    holding: '',
    wish: true,
    cold: [],
    removableSince: null,
    members,
  };
  const report = { now: 0, isPaused: false, components: [component] };
  const lines = statusText(report, (_colour, text) => text).split('\n');
  return lines.filter((line) => line.startsWith('  core: '));
}

it('says in one line that every process is there', () => {
  expect(notesOf([there('w1'), there('w2', true), there('w3')])).toEqual([
    '  core: 3 of 3 processes have acknowledged live 25 %; w2 controls',
  ]);
});

it('names each process that is not there', () => {
  const late = { id: 'w2', isController: true, acknowledged: BEFORE };
  const silent = { id: 'w3', isController: false, acknowledged: undefined };
  expect(notesOf([there('w1'), late, silent])).toEqual([
    '  core: 1 of 3 processes have acknowledged live 25 %',
    '  core: w2 (controls) has acknowledged live 10 %, not live 25 %',
    '  core: w3 has acknowledged nothing yet, not live 25 %',
  ]);
  expect(notesOf([silent])).toEqual(['  core: w3 has acknowledged nothing yet, not live 25 %']);
});

it('says that nobody is there, and where nobody ever was', () => {
  expect(notesOf([])).toEqual(['  core: no process is there']);
  expect(notesOf([], { stage: 'off', percentage: 0, epoch: 0 })).toEqual([
    '  core: no process has ever joined a fleet of this name',
  ]);
});
