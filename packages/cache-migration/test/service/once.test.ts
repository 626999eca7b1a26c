import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MigrationError, ServiceMigration, type MigrationTarget } from '../../src/index.js';
import { LADDER, promisesToSettle } from '../fixtures/migration.js';
import type { Behaviour } from './fixtures/scripted-scheduler.js';

type Kind = 'look' | 'act';

/** What one side does with one call. */
interface Plan {
  readonly legacy: Behaviour;
  readonly next: Behaviour;
}

type Event =
  | { readonly do: 'call'; readonly kind: Kind; readonly plan: Plan }
  | { readonly do: 'settle'; readonly how: 'answers' | 'rejects' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'step'; readonly way: 'up' | 'down' }
  | { readonly do: 'rollback' };

const behaviour = fc.constantFrom<Behaviour>('answers', 'rejects', 'throws', 'hangs');
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      kind: fc.constantFrom<Kind>('look', 'act'),
      plan: fc.record({ legacy: behaviour, next: behaviour }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      how: fc.constantFrom('answers' as const, 'rejects' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 100, 1000, 11_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('step' as const),
      way: fc.constantFrom('up' as const, 'up' as const, 'up' as const, 'down' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rollback' as const) }) },
);

/** Two sides that do what each call was planned to do, and note every execution. */
class Rehearsal {
  readonly clock = new ManualClock(0);
  readonly executions = new Map<number, string[]>();
  readonly results = new Map<number, unknown>();
  readonly #plans: Plan[] = [];
  readonly #kinds: Kind[] = [];
  readonly #hanging: ((how: 'answers' | 'rejects') => void)[] = [];
  readonly #migration = new ServiceMigration({
    component: 'test',
    legacy: this.#side('legacy'),
    next: this.#side('next'),
    methods: {
      look: { idempotent: true, key: String },
      act: { idempotent: false, key: String, limit: 500 },
    },
    shadowRate: 1,
    bounds: { unanswered: 4, shadows: 2 },
    breaker: { failures: 3, pause: 100 },
    clock: this.clock,
  });

  get kinds(): readonly Kind[] {
    return this.#kinds;
  }

  async play(step: Event): Promise<void> {
    switch (step.do) {
      case 'call':
        this.#call(step.kind, step.plan);
        break;
      case 'settle':
        this.#hanging.shift()?.(step.how);
        break;
      case 'pass':
        this.clock.advance(step.ms);
        break;
      case 'step':
        this.#step(step.way);
        break;
      case 'rollback':
        void this.#migration.rollback('test', { cold: true });
        break;
    }
    // Not enough for everything to settle: events fall into the middle of others.
    await Promise.resolve();
  }

  /** Lets everything end: what is late may fall back to a side that hangs in its turn. */
  async end(): Promise<void> {
    do {
      for (const settle of this.#hanging.splice(0)) settle('answers');
      this.clock.advance(60_000);
      await promisesToSettle();
    } while (this.#hanging.length > 0);
  }

  #call(kind: Kind, plan: Plan): void {
    const id = this.#kinds.push(kind) - 1;
    this.#plans.push(plan);
    this.executions.set(id, []);
    this.#migration.service[kind](id).then(
      (answer) => this.results.set(id, answer),
      (error: unknown) => this.results.set(id, error),
    );
  }

  #step(way: 'up' | 'down'): void {
    const { stage, percentage } = this.#migration.state;
    const at = LADDER.findIndex(
      (target) => target.stage === stage && (target.percentage ?? percentage) === percentage,
    );
    const target: MigrationTarget | undefined = LADDER[way === 'up' ? at + 1 : at - 1];
    if (target !== undefined) this.#migration.transition(target).catch(() => undefined);
  }

  #side(name: keyof Plan) {
    const execute = (id: number): Promise<string> => {
      this.executions.get(id)?.push(name);
      switch (this.#plans[id]?.[name]) {
        case 'rejects':
          return Promise.reject(new Error(name));
        case 'throws':
          throw new Error(name);
        case 'hangs':
          return new Promise((resolve, reject) => {
            this.#hanging.push((how) => {
              if (how === 'answers') resolve(name);
              else reject(new Error(name));
            });
          });
        case 'answers':
        case undefined:
          return Promise.resolve(name);
      }
    };
    return { look: execute, act: execute };
  }
}

it('executes a call with an effect once over both sides, whatever happens meanwhile', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 80 }), async (events) => {
      const rehearsal = new Rehearsal();
      for (const step of events) await rehearsal.play(step);
      await promisesToSettle();
      await rehearsal.end();
      for (const [id, kind] of rehearsal.kinds.entries()) {
        const executions = rehearsal.executions.get(id) ?? [];
        const result = rehearsal.results.get(id);
        const isShed = result instanceof MigrationError && result.code === 'SHED';
        if (kind === 'act') expect(executions).toHaveLength(isShed ? 0 : 1);
        else expect(new Set(executions).size).toBe(executions.length);
        expect(rehearsal.results.has(id)).toBe(true);
        seen.add(`${kind} ${executions.join(' ')}`);
      }
    }),
    { numRuns: 200 },
  );
  // The schedules reached what they are about: both sides, fallbacks and shadows.
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'act legacy',
      'act next',
      'look legacy',
      'look legacy next',
      'look next',
      'look next legacy',
    ]),
  );
});
