import type { Clock } from '@resync/cache-contract';
import type { AuditRecord } from '../../audit/audit-log.js';
import { readRecord } from '../../audit/read-record.js';
import { ControlError } from '../../control-error.js';
import type { Observation } from '../../judge/observation.js';
import type { RolloutEvent } from '../../plan/rollout-event.js';
import type { Wishes } from '../../sources/wish.js';
import { namesOn } from '../control-client.js';
import { RedisScript, type FleetClient } from '../redis-script.js';
import { ROLLOUT_SCRIPT, type RolloutOperation } from './rollout-script.js';

/** Where the rollout of a fleet is kept. */
export interface FleetRolloutStoreOptions {
  readonly client: FleetClient;
  /** Names the rollout on the server: letters, digits, `.`, `_` and `-`. */
  readonly namespace: string;
  readonly clock: Clock;
  /** Milliseconds after which a call fails. */
  readonly timeout: number;
}

/** Something that was asked of the rollout, and has not been answered yet. */
export interface Asked {
  readonly id: string;
  readonly event: RolloutEvent;
  readonly who: string;
}

/** What a process says of itself each time that it reports. */
export interface Reporter {
  /** What it is called as a member of each component's fleet. */
  readonly members: readonly string[];
  /** What its sources say; null: it has none. */
  readonly wishes: Wishes | null;
}

/** What processes have seen since it was gathered last. */
export interface Gathered {
  readonly seen: readonly Readonly<Record<string, Observation>>[];
  /** Milliseconds since each has reported. */
  readonly reporters: readonly (Reporter & { readonly age: number })[];
}

/** What is written down in one step. */
export interface Saving {
  readonly state: string;
  /** Of the state that it was made from. */
  readonly before: number;
  readonly records: readonly AuditRecord[];
  /** What it answers. */
  readonly asked: Asked | undefined;
}

/** The rollout of a fleet on a Redis or Valkey server, under keys that begin with `{namespace}`. Each call is one step there. */
export class FleetRolloutStore {
  /** Where those who drive, and those who follow, are told that there is something new. */
  readonly wake: string;
  readonly #script: RedisScript<RolloutOperation>;

  /** @throws ControlError `INVALID_OPTION` */
  constructor({ client, namespace, clock, timeout }: FleetRolloutStoreOptions) {
    const named = namesOn(namespace, 'rollout');
    this.wake = named('wake');
    const names = ['state', 'driver', 'asked', 'answers', 'audit', 'seen', 'reporters'];
    const keys = [...names.map(named), named('emptyings'), this.wake];
    this.#script = new RedisScript({ client, clock, timeout, script: ROLLOUT_SCRIPT, keys });
  }

  /** Takes or keeps the lease of who drives the rollout. `now`: nobody had it. */
  async lead(id: string, lease: number): Promise<'now' | 'still' | 'no'> {
    return (await this.#script.run('lead', id, `${Math.ceil(lease)}`)) as 'now' | 'still' | 'no';
  }

  async resign(id: string): Promise<void> {
    await this.#script.run('resign', id);
  }

  /** The rollout as JSON; undefined: none has begun. */
  async load(): Promise<string | undefined> {
    const state = await this.#script.run('load');
    return typeof state === 'string' ? state : undefined;
  }

  async asked(): Promise<readonly Asked[]> {
    return listFrom(await this.#script.run('asked')).map((text) => JSON.parse(text) as Asked);
  }

  /** False where it was not written: somebody else drives, or the rollout is not as it was read. */
  async save(id: string, { state, before, records, asked }: Saving): Promise<boolean> {
    const question = asked === undefined ? ['', ''] : [JSON.stringify(asked), asked.id];
    const texts = records.map((record) => JSON.stringify(record));
    return (await this.#script.run('save', id, `${before}`, state, ...question, ...texts)) === true;
  }

  /** @throws ControlError `CONTROL_STORE`, where too much is waiting too */
  async ask(asked: Asked): Promise<void> {
    if ((await this.#script.run('ask', JSON.stringify(asked))) === true) return;
    throw new ControlError(
      'CONTROL_STORE',
      'expected somebody to drive the rollout; got a full list of what was asked of it',
    );
  }

  /** Whether it had not been answered yet, and never will be. */
  async withdraw(asked: Asked): Promise<boolean> {
    return (await this.#script.run('withdraw', JSON.stringify(asked))) === true;
  }

  async refuse(id: string, asked: Asked, refusal: string): Promise<void> {
    await this.#script.run('refuse', id, JSON.stringify(asked), asked.id, refusal);
  }

  /** Undefined: none yet. */
  async answer({ id }: Asked): Promise<{ readonly refusal?: string } | undefined> {
    const reply = (await this.#script.run('answer', id)) as { readonly refusal?: string } | false;
    return reply === false ? undefined : reply;
  }

  /** @returns how often each component's next was to be emptied since the rollout began */
  async tell(
    process: string,
    seen: Readonly<Record<string, Observation>>,
    reporter: Reporter,
  ): Promise<ReadonlyMap<string, number>> {
    const texts = [JSON.stringify(seen), JSON.stringify(reporter)];
    const emptyings = (await this.#script.run('tell', process, ...texts)) as object;
    return new Map(Object.entries(emptyings).map(([name, count]) => [name, Number(count)]));
  }

  /** The process reports no longer. */
  async leave(process: string): Promise<void> {
    await this.#script.run('leave', process);
  }

  /**
   * Takes everything that was seen; who calls this twice does not get it twice.
   *
   * @param longest milliseconds after which a process that has not reported is forgotten
   */
  async gather(id: string, longest: number): Promise<Gathered | undefined> {
    const reply = await this.#script.run('gather', id, `${longest}`);
    if (reply === false) return undefined;
    const { seen, reporters, now } = reply as {
      readonly seen: unknown;
      readonly reporters: Readonly<Record<string, string>>;
      readonly now: number;
    };
    return {
      seen: listFrom(seen).map((text) => JSON.parse(text) as Gathered['seen'][number]),
      reporters: Object.values(reporters).map((text) => {
        const { at, members, wishes } = JSON.parse(text) as Reporter & { readonly at: number };
        return { age: now - at, members: listFrom(members), wishes };
      }),
    };
  }

  /** Has every process empty the next of a component. */
  async empty(id: string, component: string): Promise<void> {
    await this.#script.run('empty', id, component);
  }

  /** The records after the one with that number, or all; each with its number. */
  async history(after?: string): Promise<readonly (readonly [id: string, AuditRecord])[]> {
    const found: unknown = await this.#script.run('history', after ?? '-');
    return (Array.isArray(found) ? (found as (readonly [string, readonly string[]])[]) : [])
      .filter(([id]) => id !== after)
      .map(([id, fields]) => [id, readRecord(fields[1] ?? '')] as const);
  }
}

/** An empty list of Lua is an empty object in JSON. */
function listFrom(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
