#!/usr/bin/env node
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConsumers } from './check-consumers.mjs';
import { checkExports } from './check-exports.mjs';
import { checkManifest } from './check-manifest.mjs';
import { installAlone } from './install-alone.mjs';
import { packWithDependencies } from './pack.mjs';

// Run in the folder of a built package.

const folder = await mkdtemp(join(tmpdir(), 'resync-gates-'));
try {
  const packed = await packWithDependencies(process.cwd(), folder);
  const { name, version, bytes, files } = packed.own;
  checkManifest(packed.own);
  await checkExports(packed.own);
  const project = await installAlone(packed, join(folder, 'project'));
  const consumed = await checkConsumers(packed.own, project);
  console.log(
    `${name} ${version}: ${files.length} files, ${(bytes / 1024).toFixed(1)} kB packed, ` +
      `${project.installed.length} packages installed, ${consumed} imports work in ESM and CJS`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
