import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm } from './pnpm.mjs';
import { root } from './root.mjs';

const STAMP = join(root, 'node_modules', '.resync-installed');
const BEAT_MS = 5000;

/**
 * Installs from the frozen lockfile, unless that was done already for what is there now.
 *
 * @param {(text: string) => void} say
 */
export async function install(say) {
  const wanted = fingerprint();
  if (wanted === stamped()) return;
  say('installing the dependencies (a minute at most, the first time)');
  const begun = Date.now();
  const beat = setInterval(() => {
    say(`still installing, ${Math.round((Date.now() - begun) / 1000)} s`);
  }, BEAT_MS);
  try {
    await pnpm(['install', '--frozen-lockfile'], 'kept');
  } finally {
    clearInterval(beat);
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(STAMP, wanted);
}

/** What the installation depends on. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const manifests = ['packages', 'apps', 'tooling'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .map((name) => join(folder, name, 'package.json')),
  );
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function stamped() {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return undefined;
  }
}
