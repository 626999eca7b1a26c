import { appendFile, mkdir, mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileAudit, type AuditLog, type AuditRecord } from '../../src/index.js';
import { RedisAudit } from '../../src/redis/index.js';

const record = (at: number): AuditRecord => ({
  kind: 'decision',
  at,
  who: 'rollout',
  component: 'core',
  verdict: 'hold',
  sentence: 'core stays: low data\nof "p50"',
  findings: [],
});

/** What every audit does. */
async function keepsTheOrder(audit: AuditLog): Promise<void> {
  expect(await audit.read()).toEqual([]);
  await Promise.all([1, 2, 3].map((at) => audit.append(record(at))));
  expect((await audit.read()).map(({ at }) => at)).toEqual([1, 2, 3]);
  expect((await audit.read())[0]).toEqual(record(1));
}

/** What all open files have in common. */
async function handles(path: string): Promise<FileHandle> {
  const file = await open(path);
  await file.close();
  return Object.getPrototypeOf(file) as FileHandle;
}

describe('in a file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'resync-audit-'));
    path = join(folder, 'audit.jsonl');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps records in the order of the calls', async () => {
    const audit = new FileAudit(path);
    await keepsTheOrder(audit);
    await audit.close();
  });

  it('goes on behind the last whole line where a crash has cut one off, in the middle of a letter', async () => {
    const before = new FileAudit(path);
    await before.append(record(1));
    await before.close();
    const line = Buffer.from(`${JSON.stringify({ ...record(2), sentence: 'größer' })}\n`);
    await appendFile(path, line.subarray(0, line.indexOf(0xc3) + 1));
    const after = new FileAudit(path);
    expect(await after.read()).toHaveLength(1);
    await after.append(record(3));
    expect((await after.read()).map(({ at }) => at)).toEqual([1, 3]);
    await after.close();
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
  });

  it('goes on behind the last whole line where a full disk has cut one off', async () => {
    const audit = new FileAudit(path);
    await audit.append(record(1));
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const cutOff = vi.spyOn(await handles(path), 'appendFile').mockImplementationOnce(
      // What a disk does that has room for a part of it.
      async function (this: FileHandle, text) {
        await this.write(String(text).slice(0, 20));
        throw full;
      },
    );
    await expect(audit.append(record(2))).rejects.toBe(full);
    cutOff.mockRestore();
    expect((await audit.read()).map(({ at }) => at)).toEqual([1]);
    await audit.append(record(3));
    expect((await audit.read()).map(({ at }) => at)).toEqual([1, 3]);
    await audit.close();
  });

  it('is opened once more where it could not be opened', async () => {
    const audit = new FileAudit(join(folder, 'later', 'audit.jsonl'));
    await expect(audit.append(record(1))).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(join(folder, 'later'));
    await audit.append(record(2));
    expect((await audit.read()).map(({ at }) => at)).toEqual([2]);
    await audit.close();
  });

  it('says so where a line in the middle is no record', async () => {
    await appendFile(path, '{"kind":"else"}\n');
    const audit = new FileAudit(path);
    await expect(audit.read()).rejects.toThrow(
      'expected an audit record as JSON; got {"kind":"else"}',
    );
    await audit.close();
  });

  it('is never rewritten: what was there stays the beginning of the file', async () => {
    const audit = new FileAudit(path);
    let before = '';
    for (let at = 0; at < 5; at += 1) {
      await audit.append(record(at));
      const now = await readFile(path, 'utf8');
      expect(now.startsWith(before)).toBe(true);
      before = now;
    }
    await audit.close();
  });
});

const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('in a stream on Redis', () => {
  let server: RedisServer;
  let client: RedisClientType;

  beforeAll(async () => {
    server = await startRedisServer();
    client = createClient({ url: server.url, disableOfflineQueue: true });
    await client.connect();
  });

  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  it('keeps records in the order of the calls', async () => {
    await keepsTheOrder(new RedisAudit(client, 'audit'));
  });
});
