import type { Clock } from '@resync/cache-contract';
import type { FleetState, SideName } from '@resync/cache-migration';
import { namesOn } from './control-client.js';
import { FLEET_SCRIPT, type FleetOperation } from './fleet-script.js';
import type { FleetRecord, FleetSnapshot, FleetTarget, Reason } from './fleet-record.js';
import { snapshotFrom, stateFrom } from './fleet-replies.js';
import { RedisScript, type FleetClient } from './redis-script.js';

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

/** What came of what was asked for. */
export interface Verdict {
  /** It would leave `complete` for a legacy as it is. */
  readonly isRefused: boolean;
  /** Somebody has asked for something else before. */
  readonly isOvertaken: boolean | undefined;
  readonly state: FleetRecord;
}

/**
 * The control store of a fleet on a Redis or Valkey server, under keys that begin with `{namespace}`.
 * Each call is one step there. One that fails may still happen: each is safe to come late or twice.
 *
 * The server must not lose what it acknowledged: switch its append-only file on.
 */
export class FleetStore {
  readonly namespace: string;
  /** Where new states are announced. */
  readonly changes: string;
  /** Where controllers are told that there may be something to do. */
  readonly wake: string;
  readonly #script: RedisScript<FleetOperation>;

  /** @throws ControlError `INVALID_OPTION` */
  constructor({ client, namespace, clock, timeout }: FleetStoreOptions) {
    const named = namesOn(namespace, 'fleet');
    this.namespace = namespace;
    this.changes = named('changes');
    this.wake = named('wake');
    const state = ['state', 'target', 'members', 'controller'].map(named);
    const keys = [...state, this.changes, this.wake];
    this.#script = new RedisScript({ client, clock, timeout, script: FLEET_SCRIPT, keys });
  }

  async join(member: Membership): Promise<FleetRecord> {
    return stateFrom(await this.#script.run('join', ...wordsOf(member)));
  }

  async renew(member: Membership): Promise<{ isMember: boolean; state: FleetRecord }> {
    const reply = await this.#script.run('renew', ...wordsOf(member));
    const { isMember, state } = reply as { isMember: boolean; state: unknown };
    return { isMember, state: stateFrom(state) };
  }

  async acknowledge(
    { id, session }: Pick<Membership, 'id' | 'session'>,
    epoch: number,
  ): Promise<void> {
    await this.#script.run('acknowledge', id, `${session}`, `${epoch}`);
  }

  async declare(side: SideName, by: string): Promise<FleetRecord> {
    return stateFrom(await this.#script.run('declare', side, by));
  }

  async leave({ id, session }: Pick<Membership, 'id' | 'session'>): Promise<void> {
    await this.#script.run('leave', id, `${session}`);
  }

  /** Takes or keeps the lease of the controller; `undefined` where somebody else has it. */
  async lead(id: string, lease: number): Promise<FleetSnapshot | undefined> {
    const reply = await this.#script.run('lead', id, `${Math.ceil(lease)}`);
    return reply === false ? undefined : snapshotFrom(reply);
  }

  async resign(id: string): Promise<void> {
    await this.#script.run('resign', id);
  }

  /** Strikes out every member whose membership has run out. */
  async strike(id: string): Promise<FleetRecord> {
    return stateFrom(await this.#script.run('strike', id));
  }

  /** `undefined` where the state, the controller or the members are not as they were. */
  async change(
    id: string,
    epoch: number,
    { to, why }: { readonly to: Omit<FleetState, 'epoch'>; readonly why: string },
  ): Promise<FleetRecord | undefined> {
    const reply = await this.#script.run('change', id, `${epoch}`, JSON.stringify(to), why);
    return reply === false ? undefined : stateFrom(reply);
  }

  /** @param after a number: only where that is the number of what was asked for last, 0 for nothing */
  async aim(target: FleetTarget, after: number | 'anything' | 'nothing'): Promise<Verdict> {
    return verdictFrom(await this.#script.run('aim', JSON.stringify(target), `${after}`));
  }

  /** @param after as for `aim` */
  async rollback(
    how: 'warm' | 'cold',
    { why, by }: Reason,
    after: number | 'anything' = 'anything',
  ): Promise<Verdict> {
    return verdictFrom(await this.#script.run('rollback', how, why, by, `${after}`));
  }

  async snapshot(): Promise<FleetSnapshot> {
    return snapshotFrom(await this.#script.run('snapshot'));
  }
}

function wordsOf({ id, session, lease, known }: Membership): string[] {
  const text = known === undefined ? '' : JSON.stringify(known);
  return [id, `${session}`, `${Math.ceil(lease)}`, text];
}

function verdictFrom(reply: unknown): Verdict {
  const { isRefused, isOvertaken, state } = reply as Omit<Verdict, 'state'> & { state: unknown };
  return { isRefused, isOvertaken, state: stateFrom(state) };
}
