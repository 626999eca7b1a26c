// The program behind `npm run hazards`.
import { readFileSync, writeFileSync } from 'node:fs';
import { hazards } from './command.js';
import { compare, ours } from './compare.js';

const document = new URL('../../../docs/hazards.md', import.meta.url);

try {
  process.exitCode = await hazards(process.argv.slice(2), {
    compare,
    ours,
    document: {
      read: () => readFileSync(document, 'utf8'),
      write: (text) => writeFileSync(document, text),
    },
    out: (text) => process.stdout.write(text),
  });
} catch (error) {
  process.stderr.write(`resync: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
