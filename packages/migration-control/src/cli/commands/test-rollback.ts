import { KPIS } from '../../kpis/kpi.js';
import type { ComponentReport, RolloutReport } from '../../operator/rollout-operator.js';
import { describeRung, heightOf } from '../../plan/rung.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import { parseTime } from '../parse-time.js';
import { lasting } from '../print/times.js';
import { Progress } from '../progress.js';
import { componentIn, whyOf, WHY } from '../request.js';
import { SharedLook } from '../shared-look.js';
import { waitUntilArrived } from '../wait-until-arrived.js';
import { waitUntilBack } from '../wait-until-back.js';

const WITHIN_MS = KPIS.rollback.target.value * 1000;

export const testRollback: Command = {
  name: 'test-rollback',
  summary: 'roll back from live, see how long it takes, and return to the percentage',
  more: 'Fails where it took longer than --within. The component is held at its percentage afterwards, as after set-percentage.',
  operands: [COMPONENT],
  options: {
    within: { value: '<time>', about: `how long it may take; default ${lasting(WITHIN_MS)}` },
    why: WHY,
  },
  examples: [
    { line: 'test-rollback core', about: 'at 10 %, before more depends on it' },
    { line: 'test-rollback core --within 5m', about: "the plan's own limit" },
  ],
  run: async (call) => {
    const given = call.options.text('within');
    const withinMs = given === undefined ? WITHIN_MS : parseTime(given, 'within');
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const before = await connection.report();
    const { at } = componentIn(before, component);
    checkReturn(before, componentIn(before, component));
    const look = new SharedLook(call, connection);
    const progress = new Progress(call.terminal);
    const why = `test of the rollback: ${whyOf(call)}`;
    const { percentage } = at;
    const start = call.clock.monotonic();
    let tookMs: number;
    let report: RolloutReport;
    try {
      progress.say(`${component} is being rolled back`);
      await connection.request({ kind: 'roll back', component, why });
      await waitUntilBack(look, { name: component, withinMs: withinMs + 60_000 });
      tookMs = call.clock.monotonic() - start;
      progress.say(`${component} returns to ${describeRung(at)}`);
      await connection.request({ kind: 'resume', component, why });
      await connection.request({ kind: 'set percentage', component, percentage, why });
      report = await waitUntilArrived(look, component);
    } finally {
      progress.end();
    }
    const isInTime = tookMs <= withinMs;
    const verdict = isInTime ? 'ok' : 'no';
    const mark = isInTime ? '✔' : '✘';
    return {
      verdict,
      data: { component, tookMs, withinMs, isInTime, report },
      text: `${mark} every process read legacy after ${lasting(tookMs)} (allowed: ${lasting(withinMs)}); ${component} is in ${describeRung(componentIn(report, component).at)} again, and held there\n`,
    };
  },
};

/**
 * Nothing is rolled back that could not return.
 *
 * @throws CommandError `REFUSED`
 */
function checkReturn(
  { isPaused }: RolloutReport,
  { at, name, status, wish }: ComponentReport,
): void {
  if (at.stage !== 'live' || at.percentage === 0) {
    throw new CommandError(
      'REFUSED',
      `${name} is in ${describeRung(at)}, and a rollback is tested from live above 0 %, where there is something to take back`,
    );
  }
  const refuse = (why: string): CommandError =>
    new CommandError('REFUSED', `${name} could not return to ${describeRung(at)}: ${why}`);
  if (wish === false || status === 'taken back') throw refuse('a source says false');
  if (isPaused) throw refuse('the rollout is paused; resume it before a rollback is tested');
  if (wish !== null && wish !== true && heightOf(at) > heightOf(wish)) {
    throw refuse(`a source lets it go to ${describeRung(wish)} only`);
  }
}
