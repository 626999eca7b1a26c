import { systemClock, type Clock } from '@resync/cache-contract';
import { CommandOptions, type CommandCall } from '../../src/cli/command.js';
import type { Connection, RolloutNews } from '../../src/cli/connection/connection.js';
import type {
  ComponentReport,
  OperatorEvent,
  RolloutReport,
} from '../../src/operator/rollout-operator.js';
import { checkPlan } from '../../src/plan/parse-plan.js';

/** A component in `live 10`, of one process, with what is said. */
export function componentAt(given: Partial<ComponentReport> = {}): ComponentReport {
  return {
    name: 'core',
    status: 'going',
    at: { stage: 'live', percentage: 10, epoch: 7 },
    step: { position: 3, of: 9 },
    next: undefined,
    since: 0,
    isApproved: false,
    holding: '',
    wish: true,
    cold: [],
    removableSince: null,
    members: undefined,
    ...given,
  };
}

/** What a connection answers, in the place of a rollout. */
export interface ConnectionScript {
  readonly names?: readonly string[];
  /** What the nth report says, from 1. */
  readonly report: (count: number) => Partial<RolloutReport>;
  readonly news?: (signal: AbortSignal) => AsyncIterable<RolloutNews>;
}

/** A connection that does as it is told, and writes down what it is asked for. */
export class ScriptedConnection implements Connection {
  readonly name = 'scripted';
  readonly events: OperatorEvent[] = [];
  reports = 0;
  readonly #script: ConnectionScript;

  constructor(script: ConnectionScript) {
    this.#script = script;
  }

  async plan(): ReturnType<Connection['plan']> {
    const { names = ['core'] } = this.#script;
    return checkPlan({ version: 1, components: names.map((name) => ({ name })) });
  }

  async report(): Promise<RolloutReport> {
    this.reports += 1;
    return this.#said();
  }

  async request(event: OperatorEvent): ReturnType<Connection['request']> {
    this.events.push(event);
    return { tookMs: 1, report: this.#said() };
  }

  follow(signal: AbortSignal): AsyncIterable<RolloutNews> {
    return this.#script.news?.(signal) ?? this.#unscripted();
  }

  audit(): never {
    return this.#unscripted();
  }

  preflight(): never {
    return this.#unscripted();
  }

  figures(): never {
    return this.#unscripted();
  }

  async close(): Promise<void> {
    // There is nothing to close.
  }

  #said(): RolloutReport {
    return { now: 0, isPaused: false, components: [], ...this.#script.report(this.reports) };
  }

  #unscripted(): never {
    throw new Error('this is not in the script');
  }
}

/** A call of a command on that connection, and what it writes. */
export function callOn(
  connection: Connection,
  line: {
    readonly operands?: CommandCall['operands'];
    readonly options?: Readonly<Record<string, string | boolean>>;
  },
  clock: Clock = systemClock,
): CommandCall & { readonly written: string[] } {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  return {
    operands: line.operands ?? {},
    options: new CommandOptions(line.options ?? {}),
    terminal: { out: write, err: write, isLive: false, isWatched: false, hasColours: false },
    paint: (_colour, text) => text,
    clock,
    folder: '.',
    signal: new AbortController().signal,
    connect: async () => connection,
    written,
  };
}
