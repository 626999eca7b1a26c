import { fileURLToPath } from 'node:url';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { runAsProgram, signalToEnd } from '../program.js';
import { colouringOf } from '../rehearsal/painter.js';
import { scenarioCommand } from './command.js';

await runAsProgram(() =>
  scenarioCommand({
    args: process.argv.slice(2),
    loadGenerator: fileURLToPath(new URL('load-generator.js', import.meta.url)),
    orphanWatch: fileURLToPath(new URL('orphan-watch.js', import.meta.url)),
    print: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    colouring: colouringOf(process.stdout),
    isThere: () => hasRedisServer(process.env),
    signal: signalToEnd(),
  }),
);
