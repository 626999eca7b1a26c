import { COMPONENT, namedComponent } from '../choose-component.js';
import type { Command } from '../command.js';
import { whyOf, WHY } from '../request.js';

export const resume: Command = {
  name: 'resume',
  summary: 'go on after a pause, a hold or a rollback',
  more: 'Without a component, all of it goes on: what was paused, held and rolled back.',
  operands: [{ ...COMPONENT, about: 'only this component' }],
  options: { why: WHY },
  examples: [
    { line: 'resume', about: 'all of it' },
    { line: 'resume core --why "the new cache is repaired"', about: 'what was rolled back' },
  ],
  run: async (call) => {
    const connection = await call.connect();
    const component = await namedComponent(call, connection);
    const data = await connection.request({
      kind: 'resume',
      why: whyOf(call),
      ...(component !== undefined && { component }),
    });
    return { verdict: 'ok', data, text: `${component ?? 'the rollout'} goes on\n` };
  },
};
