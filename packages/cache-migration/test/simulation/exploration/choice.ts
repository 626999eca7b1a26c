import { FAULTS, type Fault, type PendingCall } from '../calls.js';
import type { Event } from './fingerprint.js';

/** What could happen next. */
export type Choice =
  | { readonly kind: 'step'; readonly call: PendingCall; readonly delays: number }
  | {
      readonly kind: 'fault';
      readonly call: PendingCall;
      readonly fault: Fault;
      readonly delays: number;
    }
  | { readonly kind: 'begin'; readonly client: number; readonly delays: number }
  /** The next of the scenario's list; `place` is where it stands there. */
  | {
      readonly kind: 'move' | 'advance' | 'evict';
      readonly place: number;
      /** What it touches, where that is not everything that the router knows. */
      readonly part?: string;
      readonly delays: 0;
    }
  /** Everything comes to rest. */
  | { readonly kind: 'finish'; readonly delays: 0 };

/** What the router remembers: all that happens to it is in order. */
const ROUTER = 'router';
const CLOCK = 'clock';
const KINDS = ['apply', 'answer', 'begin', 'move', 'advance', 'evict', 'finish', ...FAULTS];

/** The choice as an event. */
export function eventOf(choice: Choice, keys: readonly string[]): Event {
  switch (choice.kind) {
    case 'step':
      return eventOfStep(choice.call, keys);
    case 'fault':
      return {
        label: labelOf(choice.fault, choice.call.number),
        reads: [],
        // A call that hangs tells nobody.
        writes: choice.fault === 'hang' ? [] : [ROUTER],
      };
    case 'begin':
      return { label: labelOf('begin', choice.client), reads: [], writes: [ROUTER] };
    case 'move':
      return { label: labelOf('move', choice.place), reads: [], writes: [ROUTER] };
    case 'advance':
      return { label: labelOf('advance', choice.place), reads: [], writes: [ROUTER, CLOCK] };
    case 'evict':
      return {
        label: labelOf('evict', choice.place),
        reads: [],
        writes: choice.part === undefined ? [] : [choice.part],
      };
    case 'finish':
      return { label: labelOf('finish', 0), reads: [], writes: [ROUTER] };
  }
}

/** The effect of a call touches the entries of its side, its answer the router. */
function eventOfStep({ number, facts, isApplied }: PendingCall, keys: readonly string[]): Event {
  if (isApplied) return { label: labelOf('answer', number), reads: [], writes: [ROUTER] };
  const label = labelOf('apply', number);
  // The moment at which a value is loaded is compared with those of writes.
  if (facts.callee === 'source') return { label, reads: [], writes: [ROUTER] };
  const { callee, key, access } = facts;
  const parts = (key === undefined ? keys : [key]).map((name) => partOf(callee, name));
  return access === 'reads'
    ? { label, reads: [...parts, CLOCK], writes: [] }
    : { label, reads: [CLOCK], writes: parts };
}

/** The part of the world that an entry is. */
export function partOf(side: string, key: string): string {
  return `${side} ${key}`;
}

function labelOf(kind: string, number: number): number {
  return number * KINDS.length + KINDS.indexOf(kind);
}
