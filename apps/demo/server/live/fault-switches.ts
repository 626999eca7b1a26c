import type { ComponentMigration } from '../component-migration.js';
import type { FaultName } from './page-messages.js';

/** What each fault is, as the timeline tells it. */
export const FAULT_SENTENCES: Readonly<Record<FaultName, string>> = {
  none: 'the caches work again',
  slower: 'legacy takes 8 ms for each call from now on, and next 10 ms: 25 % longer',
  slow: 'each call to next takes 50 ms longer from now on',
  failing: 'each call to next fails from now on',
  hanging: 'no call to next is answered from now on',
};

/** Both in milliseconds: what a cache on another machine takes, and one that is a quarter slower. */
const NEAR_MS = 8;
const FAR_MS = 10;
const SLOW_MS = 50;

/** Makes caches go wrong on request, one fault at a time for each component. */
export class FaultSwitches {
  readonly #migrations: ReadonlyMap<string, ComponentMigration>;
  readonly #on = new Map<string, FaultName>();

  constructor(migrations: readonly ComponentMigration[]) {
    this.#migrations = new Map(migrations.map((migration) => [migration.component, migration]));
  }

  /** What is wrong with a component's caches. */
  of(component: string): FaultName {
    return this.#on.get(component) ?? 'none';
  }

  /** @returns what happens from now on, in words */
  set(component: string, fault: FaultName): string {
    const migration = this.#migrations.get(component);
    if (migration === undefined) throw new RangeError(`expected a component; got ${component}`);
    const { chaos: next, legacyChaos: legacy } = migration;
    legacy.heal();
    next.heal();
    // What hung is answered now, as by a cache that comes back.
    next.release();
    switch (fault) {
      case 'none':
        break;
      case 'slower':
        legacy.inject({ kind: 'delay', ms: NEAR_MS });
        next.inject({ kind: 'delay', ms: FAR_MS });
        break;
      case 'slow':
        next.inject({ kind: 'delay', ms: SLOW_MS });
        break;
      case 'failing':
        next.inject({ kind: 'fail' });
        break;
      case 'hanging':
        next.inject({ kind: 'hang' });
    }
    this.#on.set(component, fault);
    return `${component}: ${FAULT_SENTENCES[fault]}`;
  }

  /** All caches work again. */
  heal(): void {
    for (const component of this.#on.keys()) this.set(component, 'none');
  }
}
