import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@resync/cache-contract/testing';
import { AsyncTTLCache } from '@resync/cache-legacy';
import { afterAll, expect, it } from 'vitest';
import { restoreFrom, saveTo } from '../server/warm-restart.js';

const folder = mkdtempSync(join(tmpdir(), 'resync-snapshot-'));
const fresh = { isCold: false, dirtyKeys: 0 };
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function setUp({ stage = 'live', legacy = fresh } = {}) {
  const clock = new ManualClock(1_800_000_000_000);
  const file = join(folder, `${(files += 1)}.json`);
  const old = new AsyncTTLCache<unknown>({ clock });
  const restarted = new AsyncTTLCache<unknown>({ clock });
  const save = () => saveTo(file, { old, router: { state: { stage }, status: { legacy } } });
  return { clock, file, old, restarted, save };
}

it('gives a service that restarts what it had, once', async () => {
  const { file, old, restarted, save } = setUp();
  await old.set('key', { some: 'value' });
  expect(await save()).toBe(1);
  expect(await restoreFrom(file, { old: restarted })).toBe(1);
  expect(await restarted.get('key')).toEqual({ some: 'value' });
  expect(existsSync(file)).toBe(false);
  expect(await restoreFrom(file, { old: restarted })).toBeUndefined();
});

it.each([
  ['in complete, where it has seen no write', { stage: 'complete' }],
  ['while a key is dirty', { legacy: { isCold: false, dirtyKeys: 1 } }],
  ['while it is cold', { legacy: { isCold: true, dirtyKeys: 0 } }],
])('writes nothing of the old cache %s', async (_when, options) => {
  const { file, old, save } = setUp(options);
  await old.set('key', 'value');
  expect(await save()).toBeUndefined();
  expect(existsSync(file)).toBe(false);
});

it('begins empty with a snapshot that is too old', async () => {
  const { clock, file, old, restarted, save } = setUp();
  await old.set('key', 'value');
  await save();
  clock.advance(2 * 3_600_000);
  expect(await restoreFrom(file, { old: restarted })).toBe(0);
  expect(existsSync(file)).toBe(false);
});

it.each(['{"half', '# A text', '[]', 'null', '{"name":"of somebody else"}'])(
  'leaves alone what no service has written: %s',
  async (text) => {
    const { file, restarted } = setUp();
    writeFileSync(file, text);
    await expect(restoreFrom(file, { old: restarted })).rejects.toThrow('left as it is');
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

it.each([
  [join(folder, 'missing', 'file'), 'in a folder that can be written to'],
  [folder, 'to name a file'],
])('says at the start that it could write nothing to %s', async (file, message) => {
  const { restarted } = setUp();
  await expect(restoreFrom(file, { old: restarted })).rejects.toThrow(
    `expected SNAPSHOT_FILE ${message}`,
  );
});
