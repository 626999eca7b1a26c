import { namedComponent, COMPONENT } from '../choose-component.js';
import type { Command } from '../command.js';
import { removalText, statusText } from '../print/status-text.js';

export const status: Command = {
  name: 'status',
  summary:
    'where each component stands, what keeps it there, and whether the manager can be deleted',
  operands: [{ ...COMPONENT, about: 'only this component' }],
  examples: [
    { line: 'status', about: 'everything' },
    { line: 'status core --json', about: 'one component, for a script' },
  ],
  run: async (call) => {
    const connection = await call.connect();
    const only = await namedComponent(call, connection);
    const [all, plan] = [await connection.report(), await connection.plan()];
    const components = all.components.filter(({ name }) => only === undefined || name === only);
    const report = { ...all, components };
    return {
      verdict: 'ok',
      data: report,
      text: `${statusText(report, call.paint)}${removalText(all, plan)}`,
    };
  },
};
