import { fileURLToPath } from 'node:url';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { runAsProgram, signalToEnd } from '../program.js';
import { scenarioCommand } from './command.js';

await runAsProgram(() =>
  scenarioCommand({
    args: process.argv.slice(2),
    loadGenerator: fileURLToPath(new URL('load-generator.js', import.meta.url)),
    print: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    colouring: process.stdout.isTTY && process.stdout.hasColors() ? 'coloured' : 'plain',
    isThere: () => hasRedisServer(process.env),
    signal: signalToEnd(),
  }),
);
