import { defineConfig } from 'tsup';

/**
 * A package that people install, ESM and CJS: its JavaScript with `tsup --no-dts`, else the declarations
 * of both kinds alone.
 *
 * @param {Record<string, string>} entries output name to source file, one for each subpath of `exports`
 */
export function libraryBundle(entries) {
  return defineConfig({
    ...shared,
    entry: entries,
    format: ['esm', 'cjs'],
    // `await using` is in the contract, and no stable lib of TypeScript declares it yet.
    dts: { only: true, banner: '/// <reference lib="esnext.disposable" />' },
  });
}

/**
 * The bundle of a package that people install and whose commands they run; these are in `dist/cli`.
 *
 * @param {Record<string, string>} entries output name to source file, one for each subpath of `exports`
 * @param {Record<string, string>} commands output name to source file, one for each of `bin`
 */
export function libraryBundleWithCommands(entries, commands) {
  const library = /** @type {import('tsup').Options} */ (libraryBundle(entries));
  const program = /** @type {import('tsup').Options} */ (programBundle(commands));
  return defineConfig(({ dts }) =>
    // Commands have no declarations.
    dts === false
      ? [
          { ...library, clean: ['!cli/**'] },
          { ...program, outDir: 'dist/cli' },
        ]
      : library,
  );
}

/**
 * The bundle of a program: ESM only, nobody imports it.
 *
 * @param {Record<string, string>} entries output name to source file
 */
export function programBundle(entries) {
  return defineConfig({ ...shared, entry: entries, format: ['esm'] });
}

/** @type {import('tsup').Options} */
const shared = {
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
  // One class identity in all subpaths of a package: shared code goes into chunks.
  splitting: true,
  treeshake: true,
  silent: true,
};
