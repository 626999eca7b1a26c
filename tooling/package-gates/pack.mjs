import { mkdir, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.mjs';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/**
 * @typedef {object} Tarball
 * @property {string} name
 * @property {string} version
 * @property {string} file
 * @property {number} bytes
 * @property {string[]} files what is in it, without the leading `package/`
 * @property {Manifest} manifest as it is in the tarball
 */

/**
 * Packs a package as it would be published, and every package of the workspace that it depends on.
 *
 * @param {string} source the package's folder
 * @param {string} folder where the tarballs go
 * @returns {Promise<{ own: Tarball, others: Tarball[] }>}
 */
export async function packWithDependencies(source, folder) {
  const own = await pack(source, folder);
  /** @type {Map<string, Tarball>} */
  const others = new Map();
  await packOthers(source, own, { folder, others });
  return { own, others: [...others.values()] };
}

/**
 * @param {string} source
 * @param {Tarball} tarball
 * @param {{ folder: string, others: Map<string, Tarball> }} found
 */
async function packOthers(source, { manifest }, found) {
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (!name.startsWith('@resync/') || found.others.has(name)) continue;
    const other = await realpath(join(source, 'node_modules', name));
    const tarball = await pack(other, found.folder);
    found.others.set(name, tarball);
    await packOthers(other, tarball, found);
  }
}

/**
 * @param {string} source
 * @param {string} folder
 * @returns {Promise<Tarball>}
 */
async function pack(source, folder) {
  const target = join(folder, `${source.replaceAll(/\W+/g, '-')}`);
  await mkdir(target, { recursive: true });
  await runTool('pnpm', ['pack', '--pack-destination', target], source);
  const [name] = await readdir(target);
  if (name === undefined) throw new Error(`pnpm pack made no tarball of ${source}`);
  const file = join(target, name);
  const listing = await runTool('tar', ['-tzf', file], target);
  await runTool('tar', ['-xzf', file, 'package/package.json'], target);
  const text = await readFile(join(target, 'package', 'package.json'), 'utf8');
  /** @type {Manifest} */
  const manifest = JSON.parse(text);
  return {
    name: manifest.name,
    version: manifest.version,
    file,
    bytes: (await stat(file)).size,
    files: listing
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, '')),
    manifest,
  };
}
