import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { runTool } from './run-tool.mjs';

/**
 * publint and are-the-types-wrong have nothing to say.
 *
 * @param {import('./pack.mjs').Tarball} tarball
 */
export async function checkExports({ name, file, manifest }) {
  const bytes = await readFile(file);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  if (messages.length > 0) {
    const lines = messages.map((message) => formatMessage(message, pkg, { color: false }));
    throw new Error(`publint on ${name}:\n  ${lines.join('\n  ')}`);
  }
  const esmOnly = Object.keys(manifest.exports).filter((path) => isEsmOnly(manifest.exports[path]));
  await areTheTypesWrong(file, [
    '--profile',
    'node16',
    ...(esmOnly.length > 0 ? ['--exclude-entrypoints', ...esmOnly] : []),
  ]);
  if (esmOnly.length > 0) {
    await areTheTypesWrong(file, ['--profile', 'esm-only', '--entrypoints', ...esmOnly]);
  }
}

/**
 * An entry without conditions for `import` and `require` is ESM for everybody.
 *
 * @param {unknown} entry
 */
export function isEsmOnly(entry) {
  return typeof entry === 'object' && entry !== null && !('require' in entry);
}

/**
 * @param {string} file
 * @param {string[]} options
 */
async function areTheTypesWrong(file, options) {
  const manifest = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json');
  const program = join(dirname(manifest), 'dist', 'index.js');
  await runTool(
    process.execPath,
    [program, file, '--no-emoji', '--no-color', ...options],
    dirname(file),
  );
}
