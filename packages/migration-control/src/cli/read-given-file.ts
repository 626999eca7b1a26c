import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from './command-error.js';

/**
 * A file that the command line names.
 *
 * @param what it is, for the message
 * @throws CommandError `USAGE`
 */
export async function readGivenFile(folder: string, path: string, what: string): Promise<string> {
  try {
    return await readFile(resolve(folder, path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code ?? ''})`;
    throw new CommandError('USAGE', `expected ${what} in ${path}: ${why}`, { cause: error });
  }
}
