import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { watch } from '../../src/cli/commands/watch.js';
import type { RolloutNews } from '../../src/cli/connection/connection.js';
import { callOn, componentAt, ScriptedConnection } from './scripted-connection.js';

const REPORT = { now: 0, isPaused: false, components: [componentAt()] };
const STATE: RolloutNews = { kind: 'state', report: REPORT };
const CUT: RolloutNews = { kind: 'cut', why: 'the service has ended the stream' };
const at25 = componentAt({ at: { stage: 'live', percentage: 25, epoch: 8 } });
const ARRIVED: RolloutNews = { kind: 'state', report: { ...REPORT, components: [at25] } };

/** Watches what is said, after which time passes until the watch is over. */
function watched(said: readonly RolloutNews[], options: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const connection = new ScriptedConnection({
    report: () => REPORT,
    news: async function* (signal) {
      yield* said;
      for (let count = 0; count < 5000 && !signal.aborted; count += 1) clock.advance(1000);
    },
  });
  const call = callOn(connection, { options }, clock);
  return { call, clock, ended: watch.run(call) };
}

it('goes on where the service has ended the stream in the meantime', async () => {
  const { call, ended } = watched([STATE, CUT, CUT, { kind: 'back' }, ARRIVED], {
    until: 'live 25',
    for: '1h',
  });
  expect(await ended).toEqual({ verdict: 'ok' });
  const told = call.written.filter((text) => text.includes('it is asked again'));
  expect(told).toEqual(['the service has ended the stream; it is asked again\n']);
});

it('says that it was cut off, and not that nothing has arrived, where its time ends like that', async () => {
  const { clock, ended } = watched([STATE, CUT], { until: 'live 25', for: '1h' });
  await expect(ended).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: 'the service has ended the stream; watch again',
  });
  expect(clock.monotonic()).toBe(3_600_000);
  const back = watched([STATE, CUT, { kind: 'back' }], { until: 'live 25', for: '1h' });
  await expect(back.ended).rejects.toMatchObject({ code: 'REFUSED' });
});

it('without a time of its own waits as long as for an answer', async () => {
  const { clock, ended } = watched([STATE, CUT], { timeout: '30s' });
  await expect(ended).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(clock.monotonic()).toBe(30_000);
  expect(clock.pendingTimers).toBe(0);
});
