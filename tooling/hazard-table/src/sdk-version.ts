import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The version of the SDK that is installed; its package does not export it. */
export function sdkVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@launchdarkly/node-server-sdk');
  const manifest = readFileSync(join(entry, '../../../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
