import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isEsmOnly } from './check-exports.mjs';
import { runTool } from './run-tool.mjs';

/**
 * What a consumer compiles with: strict, with the declarations of the package checked too, and without
 * those of Node. What is common to Node and the web (AbortSignal) everybody has from one or the other.
 */
const COMPILER_OPTIONS = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  skipLibCheck: false,
  types: [],
  noEmit: true,
};

/**
 * Imports every subpath from ESM, requires it from CJS, and compiles both.
 *
 * @param {import('./pack.mjs').Tarball} tarball
 * @param {import('./install-alone.mjs').Project} project
 * @returns {Promise<number>} how many subpaths there are
 */
export async function checkConsumers({ name, manifest }, { folder }) {
  const optional = Object.entries(manifest.peerDependenciesMeta ?? {})
    .filter(([, meta]) => meta.optional)
    .map(([peer]) => peer);
  const subpaths = Object.entries(manifest.exports)
    .filter(([path]) => path !== './package.json')
    .map(([path, entry]) => ({ specifier: name + path.slice(1), esmOnly: isEsmOnly(entry) }));

  for (const { specifier, esmOnly } of subpaths) {
    await load(folder, optional, `await import(${JSON.stringify(specifier)})`);
    if (!esmOnly) await load(folder, optional, `require(${JSON.stringify(specifier)})`);
  }

  const lines = (
    /** @type {typeof subpaths} */ list,
    /** @type {(s: string, i: number) => string} */ line,
  ) => `${list.map(({ specifier }, index) => line(JSON.stringify(specifier), index)).join('\n')}\n`;
  const common = subpaths.filter(({ esmOnly }) => !esmOnly);
  await writeFile(
    join(folder, 'consumer.mts'),
    lines(subpaths, (path, index) => `import * as m${index} from ${path};\nvoid m${index};`),
  );
  await writeFile(
    join(folder, 'consumer.cts'),
    lines(common, (path, index) => `import m${index} = require(${path});\nvoid m${index};`),
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['consumer.mts', 'consumer.cts'] }),
  );
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  await runTool(process.execPath, [join(dirname(compiler), 'bin', 'tsc'), '-p', '.'], folder);
  return subpaths.length;
}

/**
 * Loads a subpath and looks for names in it. One that needs an optional peer has to say so.
 *
 * @param {string} folder
 * @param {string[]} optionalPeers
 * @param {string} expression
 */
async function load(folder, optionalPeers, expression) {
  const isModule = expression.startsWith('await');
  const program = `const names = Object.keys(${expression});
    if (names.length === 0) throw new Error('it exports nothing');`;
  try {
    const type = isModule ? 'module' : 'commonjs';
    await runTool(process.execPath, [`--input-type=${type}`, '--eval', program], folder);
  } catch (error) {
    const text = String(error);
    const needsPeer = optionalPeers.some((peer) => text.includes(`Cannot find package '${peer}'`));
    if (!needsPeer) throw new Error(`${expression} failed:\n${text}`, { cause: error });
  }
}
