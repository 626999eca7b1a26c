import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.mjs';

/**
 * @typedef {object} Project
 * @property {string} folder
 * @property {string[]} installed every package that arrived
 */

/**
 * Installs a package into an empty project. The packages of this workspace that it depends on come
 * from their tarballs, everything else from the registry; nothing may arrive that is not declared.
 *
 * @param {{ own: import('./pack.mjs').Tarball, others: import('./pack.mjs').Tarball[] }} packed
 * @param {string} folder
 * @returns {Promise<Project>}
 */
export async function installAlone({ own, others }, folder) {
  await mkdir(folder);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, version: '1.0.0' }),
  );
  const tarballs = [own, ...others].map(({ file }) => file);
  await runTool(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', ...tarballs],
    folder,
  );
  const installed = await packagesIn(join(folder, 'node_modules'));
  const declared = await declaredFrom(own.name, join(folder, 'node_modules'));
  const strangers = installed.filter((name) => !declared.has(name));
  if (strangers.length > 0) {
    throw new Error(`${own.name}: not declared, yet installed: ${strangers.join(', ')}`);
  }
  return { folder, installed };
}

/**
 * @param {string} modules
 * @returns {Promise<string[]>}
 */
async function packagesIn(modules) {
  const names = [];
  for (const name of await readdir(modules)) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@')) names.push(name);
    else for (const inner of await readdir(join(modules, name))) names.push(`${name}/${inner}`);
  }
  return names;
}

/**
 * The package itself, and what it and they declare: dependencies, and peers that are not optional.
 *
 * @param {string} name
 * @param {string} modules
 * @returns {Promise<Set<string>>}
 */
async function declaredFrom(name, modules) {
  const declared = new Set([name]);
  for (const next of declared) {
    const text = await readFile(join(modules, next, 'package.json'), 'utf8').catch(() => '{}');
    /** @type {import('./pack.mjs').Manifest} */
    const manifest = JSON.parse(text);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) declared.add(dependency);
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      if (manifest.peerDependenciesMeta?.[peer]?.optional !== true) declared.add(peer);
    }
  }
  return declared;
}
