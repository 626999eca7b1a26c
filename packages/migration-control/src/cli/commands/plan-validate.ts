import { ControlError } from '../../control-error.js';
import { describeRung } from '../../plan/rung.js';
import type { Command } from '../command.js';
import { lasting } from '../print/times.js';
import { readGivenFile } from '../read-given-file.js';
import { printable } from '../terminal.js';

export const planValidate: Command = {
  name: 'plan validate',
  summary: 'whether a file holds a plan; names every fault with its place',
  operands: [{ name: 'file', about: 'YAML or JSON', isFile: true }],
  examples: [{ line: 'plan validate rollout.yaml', about: 'before it is deployed' }],
  run: async ({ folder, operands }) => {
    const path = operands['file'] ?? '';
    const text = await readGivenFile(folder, path, 'a plan');
    // The parser is loaded for this command alone.
    const { parsePlan } = await import('../../plan/parse-plan.js');
    try {
      const plan = parsePlan(text);
      const lines = plan.components.map(
        ({ name, steps, watch }) =>
          `  ${printable(name)}: ${steps.map(describeRung).join(', ')}; watched for ${lasting(watch)}\n`,
      );
      const finish = plan.finish.steps.map(describeRung).join(', ') || 'none';
      return {
        verdict: 'ok',
        data: { isValid: true, plan },
        text: `✔ ${path} is a plan\n${lines.join('')}  then, after ${lasting(plan.finish.after)}: ${finish}\n`,
      };
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      const faults = error.message.split('\n');
      const lines = faults.map((fault) => `  ${printable(fault)}\n`);
      return {
        verdict: 'no',
        data: { isValid: false, faults },
        text: `✘ ${path} is no plan\n${lines.join('')}`,
      };
    }
  },
};
