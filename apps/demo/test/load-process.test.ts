import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LoadProcess } from '../load/load-process.js';

let folder: string;
let lines: string[];
let load: LoadProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resync-load-'));
  lines = [];
});

afterEach(async () => {
  await load?.stop();
  load = undefined;
  await rm(folder, { recursive: true });
});

/** A generator that is this program, and says so with a report of its progress. */
async function generator(program: string): Promise<LoadProcess> {
  const file = join(folder, 'generator.mjs');
  await writeFile(
    file,
    `process.send({ kind: 'progress', requests: 1, failed: 0, stale: 0, lagging: 0, percentages: {} });
process.on('message', () => undefined);
${program}`,
  );
  load = new LoadProcess(file, (line) => lines.push(line));
  return load;
}

const { signal } = new AbortController();

it('says once that the generator is gone, and takes commands all the same', async () => {
  const gone = await generator('');
  await gone.until(() => gone.requests === 1, signal);
  const window = gone.endWindow(signal).catch((error: unknown) => error);
  process.kill(gone.pid ?? 0, 'SIGKILL');
  expect(await window).toMatchObject({ message: 'the load generator ended' });
  expect(lines).toEqual(['the load generator is gone: SIGKILL; there is no load any more']);
  gone.setRate(1);
  gone.beginLoop(1);
  await expect(gone.endWindow(signal)).rejects.toThrow('the load generator ended');
  await gone.stop();
  expect(lines).toHaveLength(1);
});

it('takes commands between the death of the generator and its notice', async () => {
  const dying = await generator('');
  await dying.until(() => dying.requests === 1, signal);
  process.kill(dying.pid ?? 0, 'SIGKILL');
  for (let command = 0; command < 10; command += 1) dying.setRate(command);
  await expect(dying.until(() => false, signal)).rejects.toThrow('the load generator ended');
});

it('says nothing where it is stopped', async () => {
  const stopped = await generator('');
  await stopped.until(() => stopped.requests === 1, signal);
  await stopped.stop();
  expect(lines).toEqual([]);
});
