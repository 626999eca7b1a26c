import { describe, expect, it } from 'vitest';
import { Program } from './run-program.js';

const STEPS = [
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  ...[0, 100].map((percentage) => ({ stage: 'live', percentage })),
];

/** NestJS sends itself the signal again once it is done; on Windows there are none to be handled. */
const endsBySignal = (name: string): boolean => name === 'nestjs' || process.platform === 'win32';

describe.each(['express', 'fastify', 'nestjs'])('the cache behind %s', (name) => {
  it('migrates under requests, and ends when it is asked to', async () => {
    const program = new Program(`${name}.mjs`, { PORT: '0' });
    const address = await program.listening();
    const ask = async (path: string, body?: object) => {
      const response = await fetch(address + path, {
        ...(body && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      return { status: response.status, ...answer };
    };

    expect(await ask('/jobs/7')).toEqual({ status: 200, id: '7', runs: 0 });
    const refused = await ask('/migration', { stage: 'complete' });
    expect(refused).toMatchObject({ status: 409, code: 'ILLEGAL_STEP' });
    for (const [index, step] of STEPS.entries()) {
      expect(await ask('/migration', step)).toMatchObject({ status: 200, ...step });
      expect(await ask('/jobs/7/run', {})).toMatchObject({ status: 200, runs: index + 1 });
      expect(await ask('/jobs/7')).toEqual({ status: 200, id: '7', runs: index + 1 });
    }
    const back = { status: 200, stage: 'live', percentage: 0 };
    expect(await ask('/migration/rollback', {})).toMatchObject(back);
    expect(await ask('/jobs/7')).toEqual({ status: 200, id: '7', runs: STEPS.length });
    expect(await ask('/migration')).toMatchObject({ ...back, next: { isCold: false } });
    expect(await program.stop()).toBe(endsBySignal(name) ? null : 0);
  });
});
