import { KPIS } from '../../kpis/kpi.js';
import { describeRung } from '../../plan/rung.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import { parseTime } from '../parse-time.js';
import { lasting } from '../print/times.js';
import { Progress } from '../progress.js';
import { componentIn, whyOf, WHY } from '../request.js';
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
    const { at } = componentIn(await connection.report(), component);
    if (at.stage !== 'live' || at.percentage === 0) {
      throw new CommandError(
        'REFUSED',
        `${component} is in ${describeRung(at)}, and a rollback is tested from live above 0 %, where there is something to take back`,
      );
    }
    const progress = new Progress(call.terminal);
    const why = `test of the rollback: ${whyOf(call)}`;
    const start = call.clock.monotonic();
    progress.say(`${component} is being rolled back`);
    await connection.request({ kind: 'roll back', component, why });
    await waitUntilBack(call, connection, { name: component, withinMs: withinMs + 60_000 });
    const tookMs = call.clock.monotonic() - start;
    progress.say(`${component} returns to ${describeRung(at)}`);
    await connection.request({ kind: 'resume', component, why });
    const { percentage } = at;
    const { report } = await connection.request({
      kind: 'set percentage',
      component,
      percentage,
      why,
    });
    progress.end();
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
