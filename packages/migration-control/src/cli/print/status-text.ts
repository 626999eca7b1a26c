import type {
  ComponentReport,
  MemberStatus,
  RolloutReport,
} from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import { describeRung } from '../../plan/rung.js';
import type { Paint } from '../terminal.js';
import { printable } from '../terminal.js';
import { isWithoutFleet } from '../is-without-fleet.js';
import { table } from './table.js';
import { lasting, moment } from './times.js';

/** Where everything stands, one line a component, and what keeps it there. */
export function statusText(report: RolloutReport, paint: Paint): string {
  const rows = report.components.map((component) => [
    component.name,
    statusOf(component),
    describeRung(component.at),
    stepOf(component),
    stayOf(component, report.now),
    component.next === undefined ? '–' : describeRung(component.next),
  ]);
  const heads = ['component', 'status', 'is in', 'step', 'for', 'next'];
  const [head = '', ...lines] = table(heads, rows).trimEnd().split('\n');
  const notes = report.components.flatMap(notesOf);
  return [
    ...(report.isPaused ? [paint('yellow', 'The rollout is paused.')] : []),
    paint('bold', head),
    ...lines.map((line, index) => coloured(line, report.components[index], paint)),
    ...notes.map((note) => `  ${printable(note)}`),
    '',
  ].join('\n');
}

/** When the manager may be taken out of the code, and how. */
export function removalText(report: RolloutReport, { finish }: RolloutPlan): string {
  const removableSince = report.components[0]?.removableSince ?? null;
  if (removableSince !== null) {
    return [
      `The manager and legacy may be deleted (since ${moment(removableSince)} UTC):`,
      '  1. where the service makes the CacheMigrationManager, use next in its place;',
      '  2. delete legacy, its adapter, the plan, the sources and this admin surface;',
      '  3. remove @resync/cache-migration and @resync/migration-control, and deploy;',
      '  4. in a fleet, then delete what its namespace holds on the control store.',
      '',
    ].join('\n');
  }
  const open = report.components.filter(({ at }) => at.stage !== 'complete');
  if (open.length > 0) {
    const names = open.map(({ name }) => printable(name)).join(', ');
    return `The manager may not be deleted yet: ${names} ${open.length === 1 ? 'is' : 'are'} not in complete.\n`;
  }
  const last = Math.max(...report.components.map(({ since }) => since ?? report.now));
  const at = moment(last + finish.removable);
  return `The manager may be deleted from ${at} UTC on, if everything stays in complete.\n`;
}

function statusOf({ status, isApproved }: ComponentReport): string {
  return isApproved ? `${status}, approved` : status;
}

/** For how long it has been there. */
export function stayOf({ at, since, step }: ComponentReport, now: number): string {
  if (since !== null) return lasting(Math.max(0, now - since));
  return step.position < 0 && at.stage === 'off' ? '–' : 'on the way';
}

function stepOf({ step: { position, of } }: ComponentReport): string {
  return `${position + 1} of ${of}`;
}

function notesOf({ at, name, holding, cold, members, wish, status }: ComponentReport): string[] {
  const notes: string[] = [];
  if (holding !== '') notes.push(`${name}: ${holding}`);
  if (wish === null && status === 'going' && holding === '') {
    notes.push(`${name}: no source says that it may migrate`);
  }
  // A side that takes no part in a stage is cold there, which is no news.
  const silent = cold.filter((side) => at.stage !== (side === 'next' ? 'off' : 'complete'));
  if (silent.length > 0) {
    notes.push(`${name}: ${silent.join(' and ')} cold, answers nothing until emptied`);
  }
  if (isWithoutFleet({ at, members })) {
    return [...notes, `${name}: no process has ever joined a fleet of this name`];
  }
  if (members?.length === 0) notes.push(`${name}: no process is there`);
  return [...notes, ...membersOf(name, at, members ?? [])];
}

/** The processes that are there, in one sentence; each one that is not in its own: it may have to be ended. */
function membersOf(
  name: string,
  at: ComponentReport['at'],
  members: readonly MemberStatus[],
): string[] {
  const isThere = ({ acknowledged }: MemberStatus): boolean => acknowledged?.epoch === at.epoch;
  const there = members.filter(isThere);
  const rung = describeRung(at);
  const late = members
    .filter((member) => !isThere(member))
    .map(({ id, isController, acknowledged }) => {
      const has = acknowledged === undefined ? 'nothing yet' : describeRung(acknowledged);
      return `${name}: ${id}${isController ? ' (controls)' : ''} has acknowledged ${has}, not ${rung}`;
    });
  if (there.length === 0) return late;
  const controller = there.find(({ isController }) => isController);
  const whoControls = controller === undefined ? '' : `; ${controller.id} controls`;
  const count = `${there.length} of ${members.length} processes`;
  return [`${name}: ${count} have acknowledged ${rung}${whoControls}`, ...late];
}

function coloured(line: string, component: ComponentReport | undefined, paint: Paint): string {
  switch (component?.status) {
    case 'held':
      return paint('yellow', line);
    case 'rolled back':
    case 'taken back':
      return paint('red', line);
    case 'going':
    case undefined:
      return line;
  }
}
