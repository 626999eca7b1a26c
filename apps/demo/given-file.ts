import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DemoError } from './demo-error.js';

/**
 * Whether a file that somebody named can be written later on.
 *
 * @param name what it was named by, a variable or an option
 * @throws DemoError
 */
export async function assertWritable(name: string, file: string): Promise<void> {
  const folder = dirname(resolve(file));
  const got = `got ${JSON.stringify(file)}`;
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DemoError(`expected ${name} in a folder that can be written to; ${got} (${code})`);
  }
  if (await isFolder(file))
    throw new DemoError(`expected ${name} to name a file; ${got}, a folder`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Nothing is there yet.
    return false;
  }
}
