import { systemClock } from '@resync/cache-contract';
import { CacheMigrationManager, combineObservers } from '@resync/cache-migration';
import {
  checkPlan,
  ObservationCollector,
  PairSampler,
  RolloutDriver,
  type AuditLog,
  type AuditRecord,
  type DecisionRecord,
  type Observation,
  type PairSamplerOptions,
} from '@resync/migration-control';
import { NaiveRouter } from '@resync/tooling-naive-router';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ComponentMigration, RouterFactory } from '../server/component-migration.js';
import { SampledRouter } from '../server/live/sampled-router.js';
import { LeakyRouter } from './sabotage/leaky-router.js';
import type { ScenarioContext } from './scenario.js';

/** How closely a rollout is looked at. */
export interface SupervisionOptions {
  /** The two sides of a component as the judge compares them, and the clock. Default: it compares none. */
  readonly compared?: (component: { readonly component: string }) => ComparedSides | undefined;
}

/** What the judge reads of each key that a caller reads. */
export type ComparedSides = Pick<PairSamplerOptions, 'legacy' | 'next' | 'clock'>;

const LOOK_EVERY_MS = 100;

/** Makes the routers of a scenario, and watches over the rollout of one component, as in production. */
export class Supervision {
  readonly createRouter: RouterFactory;
  readonly #context: ScenarioContext;
  readonly #collectors = new Map<string, ObservationCollector>();
  readonly #decisions: DecisionRecord[] = [];

  constructor(context: ScenarioContext, { compared = () => undefined }: SupervisionOptions = {}) {
    this.#context = context;
    const generator = xoroshiro128plus(context.seed);
    const random = (): number => uniformFloat64(generator);
    this.createRouter = (options) => {
      if (context.sabotage === 'naive-router') return new NaiveRouter(options);
      const sides = compared(options);
      // One at a time: the clock may be one that only its reads move.
      const sampler = sides && new PairSampler({ ...sides, random, rate: 1, bound: 1 });
      const collector = new ObservationCollector({
        ...(sampler && { pairs: sampler }),
        health: () => 'passing',
      });
      this.#collectors.set(options.component, collector);
      const observer = combineObservers(options.observer ?? {}, collector.observer);
      if (context.sabotage === 'leaky-router') return new LeakyRouter({ ...options, observer });
      const manager = new CacheMigrationManager({ ...options, observer });
      return sampler === undefined
        ? manager
        : new SampledRouter(manager, (key) => sampler.saw(key));
    };
  }

  /** What was decided, oldest first. */
  get decisions(): readonly DecisionRecord[] {
    return this.#decisions;
  }

  /** The sentence of the first decision of that kind; empty where there is none. */
  sentence(verdict: DecisionRecord['verdict']): string {
    return this.#decisions.find((decision) => decision.verdict === verdict)?.sentence ?? '';
  }

  /**
   * Takes the component to `live` at this percentage and watches over it there. `no-judge` takes it
   * there too, and looks at nothing.
   */
  async watch(
    { component, router, chaos }: ComponentMigration,
    { percentage, memory }: { readonly percentage: number; readonly memory?: MemoryCheck },
  ): Promise<RolloutDriver> {
    const driver = new RolloutDriver({
      plan: planUpTo(component, percentage),
      components: {
        [component]: {
          migration: router,
          emptyNext: () => chaos.clear(),
          ...(this.#context.sabotage !== 'no-judge' && {
            observe: () => this.#observe(component, memory),
          }),
        },
      },
      clock: systemClock,
      everyMs: LOOK_EVERY_MS,
      audit: this.#audit(),
      wish: true,
      onError: (error) => this.#context.say(`driver: ${String(error)}`),
    });
    await driver.start();
    return driver;
  }

  async #observe(component: string, memory: MemoryCheck | undefined): Promise<Observation> {
    const seen = this.#collectors.get(component)?.take();
    if (seen === undefined) return { ...EMPTY, health: 'passing' };
    return memory === undefined ? seen : { ...seen, memory: await memory() };
  }

  #audit(): AuditLog {
    const records: AuditRecord[] = [];
    return {
      append: async (record) => {
        records.push(record);
        if (record.kind !== 'decision') return;
        this.#decisions.push(record);
        this.#context.say(record.sentence);
      },
      read: async () => records,
    };
  }
}

type MemoryCheck = () => Promise<Observation['memory']>;

const EMPTY: Observation = new ObservationCollector().take();

/** Up to the percentage at once; it stays there. */
function planUpTo(name: string, percentage: number): ReturnType<typeof checkPlan> {
  const atOnce = { atLeast: '0s', samples: 0 };
  const steps = [
    { stage: 'dualwrite', ...atOnce },
    { stage: 'shadow', ...atOnce },
    { stage: 'live', percentage: 0, ...atOnce },
    { stage: 'live', percentage, atLeast: '1h' },
    ...(percentage < 100 ? [{ stage: 'live', percentage: 100 }] : []),
  ];
  return checkPlan({ version: 1, components: [{ name, steps }] });
}
