import type { Clock } from '@resync/cache-contract';
import type { FleetState, SideName } from '@resync/cache-migration';
import { ControlError } from '../control-error.js';
import { FLEET_SCRIPT, FLEET_SCRIPT_SHA, type FleetOperation } from './fleet-script.js';
import type { FleetRecord, FleetSnapshot, FleetTarget, Reason } from './fleet-record.js';
import { snapshotFrom, stateFrom } from './fleet-replies.js';

/** What the store needs of a connected client of the `redis` package: one connection that answers in order. */
export interface FleetClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** Where the state of a fleet is kept. */
export interface FleetStoreOptions {
  readonly client: FleetClient;
  /** Names the fleet on the server: letters, digits, `.`, `_` and `-`. */
  readonly namespace: string;
  readonly clock: Clock;
  /** Milliseconds after which a call fails. */
  readonly timeout: number;
}

/** Who asks, as a member. */
export interface Membership {
  readonly id: string;
  /** Counts the times that the process has joined: what it said before it joined again is void. */
  readonly session: number;
  /** Milliseconds that the membership lasts by the server's clock. */
  readonly lease: number;
  /** The newest state that the process has heard of, for a store that has lost it. */
  readonly known: FleetState | undefined;
}

/** What was asked for, or why it was refused. */
export interface Verdict {
  readonly isRefused: boolean;
  readonly state: FleetRecord;
}

/** Calls that may be without an answer at once. */
const MOST_PENDING = 64;

/**
 * The control store of a fleet on a Redis or Valkey server, under keys that begin with `{namespace}`.
 * Each call is one step there. One that fails may still happen: each is safe to come late or twice.
 *
 * The server must not lose what it acknowledged: switch its append-only file on.
 */
export class FleetStore {
  /** Where new states are announced. */
  readonly changes: string;
  /** Where controllers are told that there may be something to do. */
  readonly wake: string;
  readonly #options: FleetStoreOptions;
  readonly #keys: readonly string[];
  #pending = 0;

  /** @throws ControlError `INVALID_OPTION` */
  constructor(options: FleetStoreOptions) {
    const { namespace } = options;
    if (!/^[\w.-]{1,100}$/.test(namespace)) {
      throw new ControlError(
        'INVALID_OPTION',
        `expected a namespace of letters, digits, ".", "_" and "-"; got ${JSON.stringify(namespace)}`,
      );
    }
    const named = (name: string): string => `{${namespace}}:fleet:${name}`;
    this.#options = options;
    this.changes = named('changes');
    this.wake = named('wake');
    const keys = ['state', 'target', 'members', 'controller'].map(named);
    this.#keys = [...keys, this.changes, this.wake];
  }

  async join(member: Membership): Promise<FleetRecord> {
    return stateFrom(await this.#run('join', ...wordsOf(member)));
  }

  async renew(member: Membership): Promise<{ isMember: boolean; state: FleetRecord }> {
    const reply = await this.#run('renew', ...wordsOf(member));
    const { isMember, state } = reply as { isMember: boolean; state: unknown };
    return { isMember, state: stateFrom(state) };
  }

  async acknowledge(
    { id, session }: Pick<Membership, 'id' | 'session'>,
    epoch: number,
  ): Promise<void> {
    await this.#run('acknowledge', id, `${session}`, `${epoch}`);
  }

  async declare(side: SideName, by: string): Promise<FleetRecord> {
    return stateFrom(await this.#run('declare', side, by));
  }

  async leave({ id, session }: Pick<Membership, 'id' | 'session'>): Promise<void> {
    await this.#run('leave', id, `${session}`);
  }

  /** Takes or keeps the lease of the controller; `undefined` where somebody else has it. */
  async lead(id: string, lease: number): Promise<FleetSnapshot | undefined> {
    const reply = await this.#run('lead', id, `${Math.ceil(lease)}`);
    return reply === false ? undefined : snapshotFrom(reply);
  }

  async resign(id: string): Promise<void> {
    await this.#run('resign', id);
  }

  /** Strikes out every member whose membership has run out. */
  async strike(id: string): Promise<FleetRecord> {
    return stateFrom(await this.#run('strike', id));
  }

  /** `undefined` where the state, the controller or the members are not as they were. */
  async change(
    id: string,
    epoch: number,
    { to, why }: { readonly to: Omit<FleetState, 'epoch'>; readonly why: string },
  ): Promise<FleetRecord | undefined> {
    const reply = await this.#run('change', id, `${epoch}`, JSON.stringify(to), why);
    return reply === false ? undefined : stateFrom(reply);
  }

  async aim(target: FleetTarget, mode: 'anyway' | 'unless aimed'): Promise<Verdict> {
    return verdictFrom(await this.#run('aim', JSON.stringify(target), mode));
  }

  async rollback(how: 'warm' | 'cold', { why, by }: Reason): Promise<Verdict> {
    return verdictFrom(await this.#run('rollback', how, why, by));
  }

  async snapshot(): Promise<FleetSnapshot> {
    return snapshotFrom(await this.#run('snapshot'));
  }

  async #run(operation: FleetOperation, ...args: string[]): Promise<unknown> {
    if (this.#pending >= MOST_PENDING) {
      throw new ControlError(
        'CONTROL_STORE',
        `expected an answer to what was asked before ${operation}; got none to ${this.#pending} calls`,
      );
    }
    const rest = [`${this.#keys.length}`, ...this.#keys, operation, ...args];
    this.#pending += 1;
    const answered = this.#send('EVALSHA', FLEET_SCRIPT_SHA, ...rest)
      .catch((error: unknown) => {
        if (!String(error).includes('NOSCRIPT')) throw error;
        return this.#send('EVAL', FLEET_SCRIPT, ...rest);
      })
      .finally(() => {
        this.#pending -= 1;
      });
    try {
      return JSON.parse(String(await this.#withinTimeout(answered))) as unknown;
    } catch (cause) {
      throw new ControlError(
        'CONTROL_STORE',
        `expected the control store to carry out ${operation}; got ${String(cause)}`,
        { cause },
      );
    }
  }

  async #send(...command: string[]): Promise<unknown> {
    return this.#options.client.sendCommand(command);
  }

  #withinTimeout<T>(answered: Promise<T>): Promise<T> {
    const { clock, timeout } = this.#options;
    return new Promise((resolve, reject) => {
      const late = clock.schedule(
        () => reject(new Error(`no answer within ${timeout} ms`)),
        timeout,
      );
      answered.then(resolve, reject).finally(() => late.cancel());
    });
  }
}

function wordsOf({ id, session, lease, known }: Membership): string[] {
  const text = known === undefined ? '' : JSON.stringify(known);
  return [id, `${session}`, `${Math.ceil(lease)}`, text];
}

function verdictFrom(reply: unknown): Verdict {
  const { isRefused, state } = reply as { isRefused: boolean; state: unknown };
  return { isRefused, state: stateFrom(state) };
}
