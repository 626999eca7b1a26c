import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cache, PreflightOptions, PreflightReport } from '@resync/cache-contract';
import { CommandError } from './command-error.js';

/** What a module exports for a preflight. */
interface CachesModule {
  readonly legacy: Cache;
  readonly next: Cache;
  readonly scratch?: PreflightOptions['scratch'];
}

const METHODS = ['get', 'lookup', 'set', 'delete', 'shutdown'] as const;

/**
 * Compares two caches that a module exports, and shuts them down.
 *
 * @throws CommandError `USAGE`
 */
export async function compareModule(folder: string, path: string): Promise<PreflightReport> {
  const { legacy, next, scratch } = await load(resolve(folder, path), path);
  const { compareCaches } = await import('@resync/cache-contract');
  try {
    return await compareCaches(legacy, next, scratch === undefined ? {} : { scratch });
  } finally {
    await Promise.allSettled([legacy.shutdown(), next.shutdown()]);
  }
}

async function load(file: string, path: string): Promise<CachesModule> {
  try {
    await access(file);
  } catch (error) {
    throw new CommandError('USAGE', `expected a module in ${path}: there is no such file`, {
      cause: error,
    });
  }
  let loaded: Partial<CachesModule>;
  try {
    loaded = (await import(pathToFileURL(file).href)) as Partial<CachesModule>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError('USAGE', `${path} cannot be loaded: ${why}`, { cause: error });
  }
  for (const side of ['legacy', 'next'] as const) {
    const cache = loaded[side] as Readonly<Record<string, unknown>> | undefined;
    if (METHODS.some((method) => typeof cache?.[method] !== 'function')) {
      throw new CommandError(
        'USAGE',
        `expected ${path} to export a Cache as ${side}; an adapter of @resync/cache-adapters makes one of what you have`,
      );
    }
  }
  return loaded as CachesModule;
}
