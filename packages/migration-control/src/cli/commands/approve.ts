import { chooseComponent, COMPONENT } from '../choose-component.js';
import type { Command } from '../command.js';
import { whyOf, WHY } from '../request.js';

export const approve: Command = {
  name: 'approve',
  summary: 'say yes to the next step, which is taken when its time has come',
  operands: [COMPONENT],
  options: { why: WHY },
  examples: [{ line: 'approve core --why "a week without a fallback"', about: 'before rampdown' }],
  run: async (call) => {
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const data = await connection.request({ kind: 'approve', component, why: whyOf(call) });
    return { verdict: 'ok', data, text: `the next step of ${component} is approved\n` };
  },
};
