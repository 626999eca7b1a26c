import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

// Writes docs/reference/index.html; a name that is used and not exported, or a link that leads
// nowhere, fails.

const root = fileURLToPath(new URL('../..', import.meta.url));

const app = await Application.bootstrap({
  name: 'Resync',
  entryPoints: readdirSync(join(root, 'packages')).flatMap(sourcesOf),
  tsconfig: join(root, 'tsconfig.json'),
  out: join(root, 'docs', 'reference'),
  readme: 'none',
  // Each package sees the others as they are installed; the names are in the same reference.
  externalSymbolLinkMappings: { '@resync/cache-contract': { '*': '#' } },
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  hideGenerator: true,
  treatWarningsAsErrors: true,
  logLevel: 'Warn',
});
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  if (!app.logger.hasErrors() && !app.logger.hasWarnings()) {
    await app.generateOutputs(project);
    console.log('the reference is in docs/reference/index.html');
  }
}
process.exitCode = app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;

/**
 * The source of each subpath that a package exports.
 *
 * @param {string} name its folder
 */
function sourcesOf(name) {
  const folder = join(root, 'packages', name);
  /** @type {{ exports: Record<string, unknown> }} */
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => join(folder, 'src', path, 'index.ts'));
}
