import { FAULT_SENTENCES } from '../server/live/fault-switches.js';
import type { FaultName } from '../server/live/page-messages.js';
import type { ToWorker } from './fleet-messages.js';

/** What is wrong in all processes, also in those that are started later. */
export class FleetFaults {
  readonly #tell: (message: ToWorker) => void;
  readonly #on = new Map<string, FaultName>();
  #weight: 'on' | 'off' = 'off';

  constructor(tell: (message: ToWorker) => void) {
    this.#tell = tell;
  }

  get isUnderMemoryPressure(): boolean {
    return this.#weight === 'on';
  }

  of(component: string): FaultName {
    return this.#on.get(component) ?? 'none';
  }

  /** @returns what happens from now on, in words */
  set(component: string, fault: FaultName): string {
    this.#on.set(component, fault);
    this.#tell({ kind: 'fault', component, fault });
    return `${component}, in every process: ${FAULT_SENTENCES[fault]}`;
  }

  put(weight: 'on' | 'off'): void {
    this.#weight = weight;
    this.#tell({ kind: 'memory', weight });
  }

  /** What a process has to be told that is started now. */
  get messages(): readonly ToWorker[] {
    return [
      ...[...this.#on].map(([component, fault]) => ({ kind: 'fault', component, fault }) as const),
      { kind: 'memory', weight: this.#weight },
    ];
  }
}
