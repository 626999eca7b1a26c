import { CacheError } from '@resync/cache-contract';
import type { SideName } from '../../src/index.js';

/** Who is called: a side, or where loaders have their values from. */
type Callee = SideName | 'source';

/** What a call is about. */
export interface CallFacts {
  readonly callee: Callee;
  readonly method: string;
  /** `undefined`: all of them. */
  readonly key: string | undefined;
  readonly value?: string;
  readonly access: 'reads' | 'writes';
}

/** How a call goes wrong. The first two have no effect; a call that hangs may have its effect and is not answered. */
export const FAULTS = ['fail', 'decline', 'hang', 'fail-after-applying'] as const;

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** A call that was sent and not answered. */
export interface PendingCall {
  /** Its place among all calls. */
  readonly number: number;
  readonly facts: CallFacts;
  isApplied: boolean;
  isHung: boolean;
  readonly apply: () => void;
  readonly answer: () => void;
  readonly refuse: (error: CacheError) => void;
}

/**
 * The calls that are under way. Each takes two steps, its effect and its answer, and somebody else
 * decides when each of them happens: any call may so be overtaken by any other.
 */
export class Calls {
  readonly #trace: ((line: string) => void) | undefined;
  #pending: readonly PendingCall[] = [];
  #sent = 0;

  constructor(trace?: (line: string) => void) {
    this.#trace = trace;
  }

  /** In the order in which they were sent. */
  get pending(): readonly PendingCall[] {
    return this.#pending;
  }

  send<T>(facts: CallFacts, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let answer: T | undefined;
      this.#sent += 1;
      const call: PendingCall = {
        number: this.#sent,
        facts,
        isApplied: false,
        isHung: false,
        apply: () => {
          answer = effect();
        },
        answer: () => resolve(answer as T),
        refuse: reject,
      };
      this.#pending = [...this.#pending, call];
      this.#note(call, 'sent');
    });
  }

  /** The effect of the call, or its answer when that was before. */
  step(call: PendingCall): void {
    if (!call.isApplied) {
      call.isApplied = true;
      call.apply();
      this.#note(call, 'applied');
      return;
    }
    this.#remove(call);
    this.#note(call, 'answered');
    call.answer();
  }

  /** The call goes wrong now. */
  inflict(fault: Fault, call: PendingCall): void {
    this.#note(call, fault);
    if (fault === 'hang') {
      call.isHung = true;
      return;
    }
    if (fault === 'fail-after-applying' && !call.isApplied) call.apply();
    this.#remove(call);
    const code = fault === 'decline' ? 'TOO_LARGE' : 'BACKEND';
    call.refuse(new CacheError(code, `injected at ${call.facts.callee}`));
  }

  /** What hangs goes on. */
  release(): void {
    for (const call of this.#pending) call.isHung = false;
  }

  #remove(call: PendingCall): void {
    this.#pending = this.#pending.filter((other) => other !== call);
  }

  #note(call: PendingCall, what: string): void {
    this.#trace?.(`    ${describeCall(call)} ${what}`);
  }
}

/** The ways in which a call may go wrong now. Only a set has a value that can be declined. */
export function faultsOf({ facts, isApplied, isHung }: PendingCall): readonly Fault[] {
  if (isHung || facts.callee === 'source') return [];
  if (isApplied) return ['fail-after-applying'];
  return facts.method === 'set' ? ['fail', 'decline', 'hang'] : ['fail', 'hang'];
}

/** The call in words. */
function describeCall({ number, facts }: PendingCall): string {
  const { callee, method, key, value } = facts;
  return [`#${number}`, callee, method, key, value].filter((word) => word !== undefined).join(' ');
}
