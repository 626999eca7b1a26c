import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, SteeredProcess, TOKEN } from './command-process.js';
import { wordsOf } from './words-of.js';

describe('everything at once', () => {
  let other: SteeredProcess;
  let elsewhere: string;

  beforeAll(async () => {
    other = await SteeredProcess.start(['one=4', 'two=3', 'three']);
    elsewhere = await mkdtemp(join(tmpdir(), 'resync-elsewhere-'));
  });
  afterAll(async () => {
    await other.end();
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('asks in the name of whoever is logged in, also where no variable says who', async () => {
    const environment = { RESYNC_TOKEN: TOKEN, RESYNC_URL: other.url };
    for (const command of ['pause', 'resume']) {
      expect((await runCommand([command], { folder: elsewhere, environment })).code).toBe(0);
    }
    expect((await other.run(['audit'])).out).toContain(`${userInfo().username} (admin): paused`);
  });

  it('pause, resume, and rollback --all', async () => {
    expect((await other.run(['pause', '--why', 'lunch'])).code).toBe(0);
    expect((await other.run(['status'])).out).toContain('The rollout is paused.');
    for (const line of ['promote one', 'test-rollback one']) {
      const refused = await other.run(wordsOf(line));
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('paused') as string });
    }
    expect((await other.run(['status', 'one'])).out).toContain('live 10 %');
    expect(await other.run(['resume'])).toMatchObject({ code: 0, out: 'the rollout goes on\n' });
    const { code, out } = await other.run(['rollback', '--all', '--wait', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      rollbacks: [{ component: 'one' }, { component: 'two' }],
      failures: [],
      left: [],
    });
  });

  it('rollback --all fails where a component is left in complete', async () => {
    const finished = await SteeredProcess.start(['first=4', 'done=9']);
    try {
      const { code, out } = await finished.run(['rollback', '--all', '--json']);
      expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({
        code: 1,
        rollbacks: [{ component: 'first' }],
        left: [{ component: 'done', reason: expect.stringContaining('--cold') as string }],
      });
    } finally {
      await finished.end();
    }
  });
});
