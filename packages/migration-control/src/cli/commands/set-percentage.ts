import { chooseComponent, COMPONENT } from '../choose-component.js';
import type { Command, CommandCall } from '../command.js';
import { parsePercentage } from '../parse-percentage.js';
import { SharedLook } from '../shared-look.js';
import { waitUntilArrived } from '../wait-until-arrived.js';
import { whereIs, whyOf, WHY } from '../request.js';

export const setPercentage: Command = {
  name: 'set-percentage',
  summary: 'put a component that is in live to a percentage, up or down, and hold it there',
  more: 'It stays there until it is resumed, and then goes on with the plan. Only from live; promote leads there.',
  operands: [
    { name: 'percentage', about: 'the share of keys that the new cache answers for, 0 to 100' },
    COMPONENT,
  ],
  options: { why: WHY },
  examples: [
    { line: 'set-percentage 5 core --why "less than the plan\'s first step"', about: 'to 5 %' },
    { line: 'set-percentage 0 core', about: 'all reads from legacy, and writes to both' },
  ],
  run: async (given) => {
    const call = inEitherOrder(given);
    const percentage = parsePercentage(call.operands['percentage'] ?? '', 'a percentage');
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const event = { kind: 'set percentage', component, percentage, why: whyOf(call) } as const;
    const { tookMs } = await connection.request(event);
    const report = await waitUntilArrived(new SharedLook(call, connection), component);
    const text = `${whereIs(report, component)}, and held there\n`;
    return { verdict: 'ok', data: { tookMs, report }, text };
  },
};

/** Other commands have the component first: so may this one. */
function inEitherOrder(call: CommandCall): CommandCall {
  const { percentage, component } = call.operands;
  if (component === undefined || !/^\d/.test(component)) return call;
  return { ...call, operands: { percentage: component, component: percentage } };
}
