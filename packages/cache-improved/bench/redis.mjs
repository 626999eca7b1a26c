import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { RedisStorage, redisClientOptions } from '@resync/cache-improved/redis';
import { createClient } from 'redis';

const HELP = `Gets through ImprovedAsyncCache on Redis, against the bare client with its own pipelining.

  node bench/redis.mjs            about a minute; needs redis-server on PATH and a built package
  node bench/redis.mjs --quick    fewer rounds: less exact
  node bench/redis.mjs --json     for programs

Each round runs every row once, in an order that turns; a ratio is the median over the rounds of a row's
operations per second by those of the bare client in the same round. All have a connection of their own.
`;

/** Operations that run beside each other. */
const CONCURRENCY = [16, 1];
const KEYS = 1000;
const BARS = new Map([
  ['16 gets, exact clear', 0.6],
  ['16 gets, bounded clear', 0.9],
]);

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

if (options.help) process.stdout.write(HELP);
else await run(options.quick ? { rounds: 9, count: 4000 } : { rounds: 41, count: 16_000 });

/** @param {{ rounds: number, count: number }} size */
async function run({ rounds, count }) {
  const server = await startServer();
  const clients = [];
  const connect = async () => {
    const client = createClient(redisClientOptions(server.url));
    client.on('error', () => undefined);
    clients.push(await client.connect());
    return client;
  };
  try {
    const subjects = await subjectsOf(connect);
    const rows = [];
    for (const concurrency of CONCURRENCY) {
      rows.push(...(await measure(subjects, { concurrency, rounds, count: concurrency === 1 ? count / 4 : count })));
    }
    print(rows);
  } finally {
    for (const client of clients) client.destroy();
    await server.stop();
  }
}

/** @typedef {{ readonly name: string, readonly get: (key: string) => Promise<unknown> }} Subject */

/** @param {() => Promise<ReturnType<typeof createClient>>} connect @returns {Promise<readonly Subject[]>} */
async function subjectsOf(connect) {
  const bare = await connect();
  const exact = await cacheOn(await connect(), { namespace: 'exact' });
  const bounded = await cacheOn(await connect(), { namespace: 'bounded', clear: { bounded: 500 } });
  for (let index = 0; index < KEYS; index += 1) {
    const value = { id: index, state: 'EXEC', name: `job ${index}` };
    await bare.set(`bare:${index}`, JSON.stringify(value));
    await exact.set(`${index}`, value);
    await bounded.set(`${index}`, value);
  }
  return [
    { name: 'bare client', get: (key) => bare.get(`bare:${key}`) },
    { name: 'bare client and JSON.parse', get: async (key) => JSON.parse(await bare.get(`bare:${key}`)) },
    { name: 'exact clear', get: (key) => exact.get(key) },
    { name: 'bounded clear', get: (key) => bounded.get(key) },
  ];
}

async function cacheOn(client, storageOptions) {
  return new ImprovedAsyncCache({ storage: new RedisStorage({ client, ...storageOptions }) });
}

/** @param {readonly Subject[]} subjects */
async function measure(subjects, { concurrency, rounds, count }) {
  const rates = new Map(subjects.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  for (const subject of subjects) await perSecond(subject, concurrency, count);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(turn + round) % subjects.length];
      rates.get(subject.name).push(await perSecond(subject, concurrency, count));
    }
  }
  const [base] = rates.values();
  return [...rates].map(([name, each]) => {
    const title = `${concurrency} ${concurrency === 1 ? 'get' : 'gets'}, ${name}`;
    const ratio = median(each.map((rate, round) => rate / base[round]));
    return { name: title, perSecond: Math.round(median(each)), ratio, bar: BARS.get(title) };
  });
}

/** @param {Subject} subject @param {number} concurrency @param {number} count */
async function perSecond({ get }, concurrency, count) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const key = `${(next * 7919) % KEYS}`;
      next += 1;
      if ((await get(key)) === null) throw new Error(`expected a value of ${key}; got none`);
    }
  };
  const begun = process.hrtime.bigint();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (count * 1e9) / Number(process.hrtime.bigint() - begun);
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function print(rows) {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const lines = rows.map(({ name, perSecond: rate, ratio, bar }) => {
    const cells = [name, `${rate}`, ratio.toFixed(2), bar === undefined ? '–' : bar.toFixed(1)];
    return `| ${cells.join(' | ')} |`;
  });
  const head = ['| | per second | ratio | bar |', '| --- | --- | --- | --- |'];
  process.stdout.write(`${[...head, ...lines].join('\n')}\n`);
}

async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'resync-bench-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder];
  const server = spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Ready to accept connections')) break;
  }
  server.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      server.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
