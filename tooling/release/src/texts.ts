import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The packages that are published, by their folders. */
export const PACKAGES = [
  'cache-adapters',
  'cache-contract',
  'cache-improved',
  'cache-legacy',
  'cache-migration',
  'migration-control',
  'migration-metrics',
] as const;

/** Every text whose examples run. */
export const TEXTS = [
  'README.md',
  'docs/how-to.md',
  ...PACKAGES.map((name) => `packages/${name}/README.md`),
];

/** @param file from the workspace's root on */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
