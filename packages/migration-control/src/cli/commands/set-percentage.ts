import { chooseComponent, COMPONENT } from '../choose-component.js';
import type { Command } from '../command.js';
import { parsePercentage } from '../parse-percentage.js';
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
  run: async (call) => {
    const percentage = parsePercentage(call.operands['percentage'] ?? '', 'a percentage');
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const event = { kind: 'set percentage', component, percentage, why: whyOf(call) } as const;
    const data = await connection.request(event);
    return { verdict: 'ok', data, text: `${whereIs(data.report, component)}, and held there\n` };
  },
};
