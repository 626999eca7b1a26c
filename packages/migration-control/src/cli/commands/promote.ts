import type { AdminOutcome } from '../../admin/admin-routes.js';
import type { ComponentReport } from '../../operator/rollout-operator.js';
import { describeRung } from '../../plan/rung.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import type { Connection } from '../connection/connection.js';
import { parsePercentage } from '../parse-percentage.js';
import { Progress } from '../progress.js';
import { SharedLook } from '../shared-look.js';
import { waitUntilArrived } from '../wait-until-arrived.js';
import { componentIn, whereIs, whyOf, WHY } from '../request.js';

export const promote: Command = {
  name: 'promote',
  summary: 'take the next step now, with no regard to time and gates',
  more: 'Never past harm, failing health, a pause or a source that says false. With --to it takes one step after the other.',
  operands: [COMPONENT],
  options: {
    to: { value: '<percentage>', about: 'steps until the component is in live at this percentage' },
    why: WHY,
  },
  examples: [
    { line: 'promote core', about: 'one step' },
    { line: 'promote core --to 25 --why "the gates have no data at night"', about: 'up to 25 %' },
  ],
  run: async (call) => {
    const asked = call.options.text('to');
    const to = asked === undefined ? undefined : parsePercentage(asked, 'a percentage for --to');
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const progress = new Progress(call.terminal);
    const step = async (): Promise<AdminOutcome> => {
      const { tookMs } = await connection.request({ kind: 'promote', component, why: whyOf(call) });
      progress.say(`${component} is on its way`);
      const report = await waitUntilArrived(new SharedLook(call, connection), component);
      progress.say(whereIs(report, component));
      return { tookMs, report };
    };
    try {
      if (to === undefined) {
        const data = await step();
        return { verdict: 'ok', data, text: `${whereIs(data.report, component)}\n` };
      }
      await checkStep(connection, component, to);
      let report = await connection.report();
      while (!isThere(componentIn(report, component), to)) ({ report } = await step());
      return { verdict: 'ok', data: { report }, text: `${whereIs(report, component)}\n` };
    } finally {
      progress.end();
    }
  },
};

/** A percentage that is no step would be jumped over. */
async function checkStep(connection: Connection, component: string, to: number): Promise<void> {
  const { components } = await connection.plan();
  const steps = components.find(({ name }) => name === component)?.steps ?? [];
  const percentages = steps.flatMap(({ stage, percentage }) =>
    stage === 'live' ? [percentage] : [],
  );
  if (percentages.includes(to)) return;
  throw new CommandError(
    'USAGE',
    `expected a step of the plan for --to, which has ${percentages.join(', ')}; got ${to}. For any other, use: resync-migrate set-percentage ${to} ${component}`,
  );
}

function isThere({ at, name }: ComponentReport, to: number): boolean {
  if (at.stage === 'live' && at.percentage === to) return true;
  const isAbove =
    at.stage === 'rampdown' ||
    at.stage === 'complete' ||
    (at.stage === 'live' && at.percentage > to);
  if (!isAbove) return false;
  throw new CommandError(
    'REFUSED',
    `${name} is in ${describeRung(at)}, above live ${to} % already; promote leads up. For less, use: resync-migrate set-percentage ${to} ${name}`,
  );
}
