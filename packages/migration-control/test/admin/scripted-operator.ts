import type { AuditRecord } from '../../src/audit/audit-log.js';
import type {
  ComponentReport,
  OperatorEvent,
  RolloutOperator,
  RolloutReport,
} from '../../src/operator/rollout-operator.js';
import { componentAt } from '../cli/scripted-connection.js';
import { smallPlan } from '../plan/rollout-world.js';

/** An operator that does what a test says, and keeps what it was asked. */
export class ScriptedOperator implements RolloutOperator {
  readonly plan = smallPlan();
  readonly handled: { readonly event: OperatorEvent; readonly who: string }[] = [];
  readonly records: AuditRecord[] = [];
  readonly #listeners = new Set<(record: AuditRecord) => void>();
  percentage = 10;
  /** What the next request comes to; undefined: it goes well. */
  outcome: (() => Promise<void>) | undefined;
  /** Told when somebody follows no longer. */
  onLeave: () => void = () => undefined;

  get followers(): number {
    return this.#listeners.size;
  }

  async report(): Promise<RolloutReport> {
    return {
      now: 1000,
      isPaused: false,
      components: this.plan.components.map(({ name }) => this.#component(name)),
    };
  }

  async handle(event: OperatorEvent, who: string): Promise<void> {
    this.handled.push({ event, who });
    await this.outcome?.();
  }

  async audit(): Promise<readonly AuditRecord[]> {
    return this.records;
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      this.onLeave();
    };
  }

  /** Something goes on record. */
  record(sentence: string, component = 'core'): void {
    const record = {
      kind: 'decision' as const,
      at: 1000,
      who: 'rollout',
      component,
      verdict: 'hold' as const,
      sentence,
      findings: [],
    };
    this.records.push(record);
    for (const listener of this.#listeners) listener(record);
  }

  #component(name: string): ComponentReport {
    return componentAt({
      name,
      at: { stage: 'live', percentage: this.percentage, epoch: 5 },
      step: { position: 3, of: 8 },
      next: { stage: 'live', percentage: 50 },
    });
  }
}
