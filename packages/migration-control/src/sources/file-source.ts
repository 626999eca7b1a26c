import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '@resync/cache-contract';
import { ControlError } from '../control-error.js';
import { Polling } from './polling.js';
import type { SourceListener, StateSource, Watch } from './state-source.js';
import { readWishes, type Wishes } from './wish.js';

/** Who tells that the file is to be read again; `process` is one. */
export interface SignalSource {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

/** What a file source is told. */
export interface FileSourceOptions {
  /** A JSON object: components and their wishes. */
  readonly path: string;
  readonly clock: Clock;
  /** Usually `process`; while it is watched, SIGHUP no longer ends the process. Default: nobody. */
  readonly signals?: SignalSource;
  /** Milliseconds between looks, for what the watching of files misses. Default 5000. */
  readonly pollMs?: number;
}

/** A JSON file, read again when it changes, on SIGHUP, and every few seconds in any case. */
export function fileSource({
  path,
  clock,
  signals,
  pollMs = 5000,
}: FileSourceOptions): StateSource {
  return {
    name: `file ${path}`,
    watch: async (listener: SourceListener): Promise<Watch> => {
      const polling = new Polling(clock, pollMs, async () => {
        try {
          listener.said(await read(path));
        } catch (error) {
          listener.broke(error);
        }
      });
      const again = (): void => void polling.now();
      signals?.on('SIGHUP', again);
      const watcher = watchFolder(path, again);
      await polling.start();
      return {
        close: async () => {
          signals?.off('SIGHUP', again);
          watcher?.close();
          await polling.stop();
        },
      };
    },
  };
}

async function read(path: string): Promise<Wishes> {
  const text = await readFile(path, 'utf8');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ControlError('INVALID_FLAG', `expected JSON in ${path}; got something else`, {
      cause: error,
    });
  }
  return readWishes(given);
}

/** The folder is watched and not the file, which may be replaced as a whole. */
function watchFolder(path: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path)) changed();
    });
    // Without it there is still the polling.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
