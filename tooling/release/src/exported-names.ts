import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './texts.js';

/** What one subpath of a package exports. */
export interface ExportedNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** What a package exports, by the subpaths of its manifest. An index is a written list. */
export function exportedNamesOf(name: string): ReadonlyMap<string, ExportedNames> {
  const folder = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  return new Map(
    Object.keys(exports).map((subpath) => [
      subpath,
      namesIn(readFileSync(join(folder, 'src', subpath, 'index.ts'), 'utf8')),
    ]),
  );
}

function namesIn(index: string): ExportedNames {
  const names = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(
    ([, ofTypes, list = '']) =>
      [...list.matchAll(/(type )?(\w+)(?:,|\s|$)/g)].map(([, ofType, name = '']) => ({
        name,
        isType: ofTypes !== undefined || ofType !== undefined,
      })),
  );
  return {
    values: names.filter(({ isType }) => !isType).map(({ name }) => name),
    types: names.filter(({ isType }) => isType).map(({ name }) => name),
  };
}
