import { fileURLToPath } from 'node:url';
import { mutations } from './command.mjs';
import { faults } from './faults.mjs';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));

// What runs is ended when this process exits, and not by a signal alone.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  process.exitCode = await mutations(process.argv.slice(2), {
    faults,
    folderOf: (name) => packages + name,
    limitSeconds: 30,
    out: (text) => process.stdout.write(text),
    progress: (text) => process.stderr.write(text),
    colouring: process.stdout.isTTY && process.stdout.hasColors() ? 'coloured' : 'plain',
  });
} catch (error) {
  process.stderr.write(`resync: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
