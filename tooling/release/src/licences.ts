import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One library that comes with a package, or that it can be used with. */
export interface Licence {
  readonly name: string;
  /** As its manifest says, in SPDX. */
  readonly licence: string;
  /** `installed`: it comes along; `brought`: an optional peer, which the user has already. */
  readonly kind: 'installed' | 'brought';
}

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * The libraries that a package installs, with all that they install, and those that it is used with;
 * without ours, by their names.
 *
 * @param folder of an installed package
 */
export function licencesOf(folder: string): readonly Licence[] {
  const installed = new Map<string, Licence>();
  const install = (from: string): void => {
    for (const name of Object.keys(manifestIn(from).dependencies ?? {})) {
      const at = resolveFrom(name, from);
      if (installed.has(name)) continue;
      if (!name.startsWith('@resync/')) installed.set(name, licenceOf(name, at, 'installed'));
      install(at);
    }
  };
  install(folder);
  const brought = Object.keys(manifestIn(folder).peerDependencies ?? {})
    .filter((name) => !name.startsWith('@resync/'))
    .map((name) => licenceOf(name, resolveFrom(name, folder), 'brought'));
  return [...installed.values(), ...brought].sort((one, other) =>
    one.name.localeCompare(other.name),
  );
}

function licenceOf(name: string, at: string, kind: Licence['kind']): Licence {
  return { name, licence: manifestIn(at).license ?? 'none given', kind };
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The folder of a package, as Node finds it from another one. */
function resolveFrom(name: string, from: string): string {
  for (let folder = realpathSync(from); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) throw new Error(`expected ${name} for ${from}; found none`);
  }
}
