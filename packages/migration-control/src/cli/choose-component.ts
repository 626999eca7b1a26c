import { CommandError } from './command-error.js';
import type { CommandCall, CommandOperand } from './command.js';
import type { Connection } from './connection/connection.js';

/** The operand that names a component. */
export const COMPONENT: CommandOperand = {
  name: 'component',
  about: 'a component of the plan; may be left out where there is one',
  isOptional: true,
};

/**
 * The component that was named, or the only one.
 *
 * @throws CommandError `USAGE` that names those of the plan
 */
export async function chooseComponent(
  { operands }: Pick<CommandCall, 'operands'>,
  connection: Connection,
): Promise<string> {
  const { components } = await connection.plan();
  const names = components.map(({ name }) => name);
  const given = operands['component'];
  const [only] = names;
  if (given === undefined && names.length === 1 && only !== undefined) return only;
  if (given !== undefined && names.includes(given)) return given;
  throw new CommandError(
    'USAGE',
    `expected a component of ${names.join(', ')}; got ${given === undefined ? 'none' : JSON.stringify(given)}`,
  );
}

/** The component that was named, checked; undefined: none was. */
export async function namedComponent(
  call: Pick<CommandCall, 'operands'>,
  connection: Connection,
): Promise<string | undefined> {
  if (call.operands['component'] === undefined) return undefined;
  return chooseComponent(call, connection);
}
