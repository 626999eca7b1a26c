import { readFile, rename, writeFile } from 'node:fs/promises';
import { readBaseline, type Baseline } from './baseline.js';

/** Writes a baseline to a file, which is replaced as a whole. */
export async function saveBaseline(path: string, baseline: Baseline): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, `${JSON.stringify(baseline, undefined, 2)}\n`);
  await rename(draft, path);
}

/** Reads it again. Throws ControlError `INVALID_RECORD` where it is none. */
export async function loadBaseline(path: string): Promise<Baseline> {
  return readBaseline(await readFile(path, 'utf8'));
}
