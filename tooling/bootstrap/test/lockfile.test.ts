import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

interface Lockfile {
  readonly packages: Readonly<Record<string, unknown>>;
  readonly snapshots: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

const lockfile = parse(
  readFileSync(new URL('../../../pnpm-lock.yaml', import.meta.url), 'utf8'),
) as Lockfile;

/** Packages that put one binary of several into place, with those that they choose from. */
const choosers = Object.entries(lockfile.snapshots).flatMap(
  ([name, { optionalDependencies = {} }]) => {
    const binaries = Object.entries(optionalDependencies).map(
      ([binary, version]) => `${binary}@${version}`,
    );
    return binaries.some((binary) => binary.includes('linux')) ? [{ name, binaries }] : [];
  },
);

it('has binaries for every system that people work on', () => {
  expect(choosers.map(({ name }) => name.split('@')[0])).toEqual(
    expect.arrayContaining(['esbuild', 'turbo', 'rollup']),
  );
  for (const { name, binaries } of choosers) {
    for (const system of [/darwin.*arm64/, /win(32|dows)/, /linux.*arm64/]) {
      const found = binaries.filter((binary) => system.test(binary));
      expect(found, `${name} for ${String(system)}`).not.toEqual([]);
      for (const binary of found) expect(lockfile.packages).toHaveProperty([binary]);
    }
  }
});
