import { systemClock } from '@resync/cache-contract';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../src/audit/audit-log.js';
import { openFleetRollout, type OpenFleetRollout } from '../src/fleet/index.js';
import { defaultPlan } from '../src/plan/parse-plan.js';
import type { RolloutPlan } from '../src/plan/rollout-plan.js';
import { LEASE_MS, NAMESPACE, ProcessFleet } from './process-fleet.js';
import { readLogs } from './read-logs.js';

const PROCESSES = 8;
const WHY = { component: 'core', why: 'the proof' } as const;

/** The steps that are shipped, each of a third of a second, with limits that a kill -9 does not pass. */
function shortPlan(): RolloutPlan {
  const plan = defaultPlan();
  const short = <T extends RolloutPlan['finish']['steps'][number]>(step: T): T => ({
    ...step,
    atLeastMs: 300,
    gates: step.gates.filter((gate) => gate === 'errors' || gate === 'health'),
  });
  return {
    ...plan,
    components: plan.components.slice(0, 1).map((one) => ({
      ...one,
      watch: 0,
      steps: one.steps.map(short),
    })),
    limits: {
      ...plan.limits,
      errors: { hold: 0.1, rollback: 0.5 },
      // Every key is written by all processes all the time: comparisons straddle writes.
      mismatches: { hold: 0.9, rollback: 0.99 },
      fallbacks: { hold: 0.9, rollback: 0.99 },
      hitRate: { hold: 0.9, rollback: 0.99 },
      latency: { hold: 0.9, rollback: 0.99 },
    },
    finish: { ...plan.finish, after: 0, steps: plan.finish.steps.map(short) },
  };
}

type Decision = AuditRecord & { readonly kind: 'decision' };

/** What is on record, from the moment that it is made. */
class Records {
  readonly #rollout: OpenFleetRollout;

  constructor(rollout: OpenFleetRollout) {
    this.#rollout = rollout;
  }

  /** Resolves with the time at which something was decided after so many records. */
  async after(from: number, condition: (record: Decision) => boolean): Promise<Decision> {
    return new Promise((resolve) => {
      const stop = this.#rollout.follow(() => void look());
      const look = async (): Promise<void> => {
        const all = await this.#rollout.audit();
        const found = all
          .slice(from)
          .find((record): record is Decision => record.kind === 'decision' && condition(record));
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      void look();
    });
  }
}

const now = (): number => systemClock.monotonic();

describe.runIf(hasRedisServer(process.env))('eight processes under a plan', () => {
  it('climb as one, past a kill -9 of who drives, and go back for who is no member', async () => {
    const begun = now();
    const plan = shortPlan();
    const fleet = await ProcessFleet.start(PROCESSES, { policy: 'fail', plan });
    const rollout = openFleetRollout({
      client: fleet.client,
      namespace: NAMESPACE,
      plan,
      components: { core: { remote: fleet.remote } },
      everyMs: 50,
      // A quarter of it is how long the store may take: who looks on is patient.
      lease: 60_000,
      drive: 'never',
    });
    const records = new Records(rollout);
    if (process.env['TELL'] === 'true') {
      rollout.follow((record) => {
        const text = record.kind === 'decision' ? record.sentence : '';
        process.stdout.write(`${Math.round(now() - begun)} ms: ${text}\n`);
      });
    }
    const arrival =
      (rung: string) =>
      ({ verdict, sentence }: Decision): boolean =>
        verdict === 'arrived' && sentence === `core is in ${rung}`;
    try {
      await records.after(0, arrival('live 10 %'));
      const driver = await fleet.driver();
      const killed = now();
      await fleet.kill(driver);
      const before = (await rollout.audit()).length;
      fleet.startProcess();
      await records.after(before, ({ verdict }) => verdict === 'promote');
      const goesOn = now() - killed;
      const top = await rollout.audit();
      await records.after(0, arrival('live 100 %'));
      expect(top.slice(0, before)).toEqual((await rollout.audit()).slice(0, before));

      const times: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        await fleet.work(20);
        const asked = now();
        await rollout.handle({ kind: 'roll back', ...WHY }, 'nobody in particular');
        times.push(now() - asked);
        const made = (await rollout.audit()).length;
        await rollout.handle({ kind: 'resume', ...WHY }, 'nobody in particular');
        await records.after(made, arrival('live 10 %'));
      }
      const made = (await rollout.audit()).length;
      await records.after(made, arrival('live 100 %'));
      for (const rung of ['rampdown', 'complete']) {
        await rollout.handle({ kind: 'approve', ...WHY }, 'nobody in particular');
        await records.after(made, arrival(rung));
      }
      await fleet.work(30);
      const { components } = await rollout.report();
      expect(components[0]).toMatchObject({ at: { stage: 'complete' }, cold: ['legacy'] });
      expect(components[0]?.members).toHaveLength(PROCESSES);
      await rollout.close();
      await fleet.end();
      const logs = await readLogs(fleet.all);
      const stale = logs.history.staleReads();
      process.stdout.write(
        [
          `rollout of ${PROCESSES} processes, ${Math.round((now() - begun) / 1000)} s:`,
          `  ${logs.history.reads} answered reads and ${logs.history.writes} writes checked; stale: ${stale.length}`,
          `  after kill -9 of who drives, promoted again after ${goesOn.toFixed(0)} ms (lease ${LEASE_MS})`,
          `  a rollback from outside is confirmed by every process after at most ${Math.max(...times).toFixed(0)} ms (${times.length} rollbacks)`,
          '',
        ].join('\n'),
      );
      expect(stale).toEqual([]);
      expect(logs.history.invented).toEqual([]);
      expect(logs.unhandled).toEqual([]);
    } finally {
      await rollout.close();
      await fleet.remove();
    }
  });
});
