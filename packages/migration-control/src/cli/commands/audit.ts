import { namedComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import { recordText } from '../print/record-text.js';

const MOST = 1000;

export const audit: Command = {
  name: 'audit',
  summary: 'what was decided and done, by whom and why',
  operands: [{ ...COMPONENT, about: 'only what concerns this component' }],
  options: { limit: { value: '<count>', about: `the newest so many, 1 to ${MOST}; default 50` } },
  examples: [
    { line: 'audit', about: 'the last 50 records' },
    { line: 'audit core --limit 500 --json', about: 'to be kept elsewhere' },
  ],
  run: async (call) => {
    const given = call.options.text('limit') ?? '50';
    const limit = Number(given);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw new CommandError(
        'USAGE',
        `expected --limit as a whole number from 1 to ${MOST}; got ${JSON.stringify(given)}`,
      );
    }
    const connection = await call.connect();
    const component = await namedComponent(call, connection);
    const page = await connection.audit({ limit, component });
    const { records, total } = page;
    const more = total > records.length ? `(the newest ${records.length} of ${total})\n` : '';
    const text = records.map((record) => `${recordText(record)}\n`).join('');
    return { verdict: 'ok', data: page, text: `${text || 'nothing is on record\n'}${more}` };
  },
};
