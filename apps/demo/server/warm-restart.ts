import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { AsyncTTLCache } from '@resync/cache-legacy';
import { DemoError } from '../demo-error.js';
import { assertWritable } from '../given-file.js';

/** The old cache with what moves it: what a restarted service begins with. */
export interface RestartedCache {
  readonly old: AsyncTTLCache;
  readonly router: {
    readonly state: { readonly stage: string };
    readonly status: {
      readonly legacy: { readonly isCold: boolean; readonly dirtyKeys: number };
    };
  };
}

const NAME = 'SNAPSHOT_FILE';

/**
 * Takes over what the service before this one had. The file is gone afterwards: what a crash leaves
 * behind must not be an older state than the one that was lost.
 *
 * @returns how many entries are there now; `undefined` where there is no file
 * @throws DemoError where there is a file of somebody else's, which stays, or where none can be written
 */
export async function restoreFrom(
  file: string,
  { old }: Pick<RestartedCache, 'old'>,
): Promise<number | undefined> {
  await assertWritable(NAME, file);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const snapshot = parsed(text);
  if (snapshot === undefined) {
    throw new DemoError(
      `expected ${NAME} to name a snapshot, or no file yet; got ${JSON.stringify(file)}, which holds something else and was left as it is`,
    );
  }
  await rm(file);
  // One that is too old, say, is refused.
  return (await old.restoreFromSnapshot(snapshot)) ? old.size() : 0;
}

/**
 * Writes what the old cache has, where it may answer for all of it: not in `complete`, where it has
 * seen no write since, and not while a key is dirty on it.
 *
 * @returns how many entries were written; `undefined` where none may be
 */
export async function saveTo(
  file: string,
  { old, router }: RestartedCache,
): Promise<number | undefined> {
  const { isCold, dirtyKeys } = router.status.legacy;
  if (router.state.stage === 'complete' || isCold || dirtyKeys > 0) return undefined;
  const snapshot = old.createBackupSnapshot();
  await writeFile(`${file}.new`, JSON.stringify(snapshot));
  await rename(`${file}.new`, file);
  return snapshot._metadata.total_entries;
}

/** What a service has written; undefined: it is something else. */
function parsed(text: string): object | undefined {
  try {
    const found = JSON.parse(text) as unknown;
    return typeof found === 'object' && found !== null && '_metadata' in found ? found : undefined;
  } catch {
    return undefined;
  }
}
