import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '@resync/cache-contract/testing';
import { Call, reasonOf, type CallEnd } from './call.js';
import { Averted, Broken } from './finding.js';
import { GatedCache } from './gated-cache.js';
import { History } from './history.js';
import { rungOf, targetOf, wayFrom, type Rung } from './ladder.js';
import type { CreateSubject, Subject } from './subject.js';
import { alike, DEFAULT_TTL, type CachePair, type Surroundings } from './surroundings.js';

/** What a caller can ask for; a lifetime is in milliseconds. */
export type Operation =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: unknown; readonly ttl?: number }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'clear' };

/** What two processes of one fleet have in common. */
interface World {
  readonly create: CreateSubject;
  readonly clock: ManualClock;
  readonly history: History;
  readonly connect: () => CachePair;
}

const START = Date.UTC(2026, 0, 1);
const FIRST_WAIT = 10;
const LONGEST_WAIT = 5000;

/** Milliseconds after which whatever has not ended is taken to hang. */
const PATIENCE = 60_000;

/**
 * One subject between two caches that can be held up and made to fail, on a clock that stands still.
 * Every read is compared with what was written before.
 */
export class Trial {
  readonly legacy: GatedCache;
  readonly next: GatedCache;
  readonly subject: Subject;
  readonly #world: World;
  #rung: Rung = 'off';

  private constructor(
    world: World,
    caches: { legacy: GatedCache; next: GatedCache },
    subject: Subject,
  ) {
    this.#world = world;
    this.legacy = caches.legacy;
    this.next = caches.next;
    this.subject = subject;
  }

  static open(create: CreateSubject, surroundings: Surroundings = alike): Promise<Trial> {
    const clock = new ManualClock(START);
    return Trial.#enter({ create, clock, history: new History(), connect: surroundings(clock) });
  }

  static async #enter(world: World): Promise<Trial> {
    const { create, clock, connect } = world;
    const inner = connect();
    const caches = {
      legacy: new GatedCache(inner.legacy, { clock }),
      next: new GatedCache(inner.next, { clock }),
    };
    return new Trial(world, caches, await create({ ...caches, clock }));
  }

  /** Another process of the same fleet. */
  another(): Promise<Trial> {
    return Trial.#enter(this.#world);
  }

  get rung(): Rung {
    return this.#rung;
  }

  /** Begins what a caller asks for. */
  begin(operation: Operation): Call {
    const { history, clock } = this.#world;
    const now = (): number => clock.now();
    if (operation.kind === 'get') {
      const { key } = operation;
      const read = { key, begun: history.moment(), begunAt: clock.now() };
      return new Call(() => this.subject.get(key), {
        now,
        judge: (end) =>
          end.kind === 'answered' ? history.fault({ ...read, value: end.answer }) : undefined,
      });
    }
    const end = history.begin({
      key: operation.kind === 'clear' ? undefined : operation.key,
      value: operation.kind === 'set' ? operation.value : undefined,
      deadline:
        clock.now() + ((operation.kind === 'set' ? operation.ttl : undefined) ?? DEFAULT_TTL),
    });
    return new Call(() => this.#send(operation), {
      now,
      judge: ({ kind }) => {
        end(kind === 'answered' ? 'acknowledged' : 'failed');
        return undefined;
      },
    });
  }

  /** Begins anything else. */
  beginCall(call: () => Promise<unknown>): Call {
    return new Call(call, { now: () => this.#world.clock.now() });
  }

  /** The source of truth had the value before anything that follows. */
  assume(key: string, value: unknown): void {
    this.#world.history.begin({ key, value, deadline: Infinity })('acknowledged');
  }

  /**
   * Lets time pass until the call has ended; `undefined` where it hangs.
   *
   * @throws Broken where its answer is wrong
   */
  async finish(call: Call): Promise<CallEnd | undefined> {
    await this.settle();
    let wait = FIRST_WAIT;
    for (let passed = 0; call.end === undefined && passed < PATIENCE; passed += wait) {
      wait = Math.min(2 * wait, LONGEST_WAIT);
      await this.#tick(wait);
    }
    if (call.fault !== undefined) throw new Broken(call.fault);
    return call.end;
  }

  /** Carries out a write; whether it was acknowledged. One that hangs is given up as failed. */
  async write(operation: Operation): Promise<'acknowledged' | 'failed'> {
    const end = await this.finish(this.begin(operation));
    return end?.kind === 'answered' ? 'acknowledged' : 'failed';
  }

  /**
   * Carries out a write that must succeed: what goes wrong on next is not the caller's business.
   *
   * @throws Broken where it does not
   */
  async shielded(operation: Operation): Promise<void> {
    this.assertShielded(await this.finish(this.begin(operation)), `a ${operation.kind}`);
  }

  assertShielded(end: CallEnd | undefined, what: string): void {
    if (end?.kind === 'answered') return;
    throw new Broken(
      end === undefined
        ? `${what} in ${this.#rung} did not come back within ${PATIENCE / 1000} s`
        : `${what} in ${this.#rung} failed for its caller: ${reasonOf(end.error)}`,
    );
  }

  /**
   * Reads, and compares with what was written.
   *
   * @throws Broken where the answer is wrong or none
   */
  async read(key: string): Promise<unknown> {
    try {
      const end = await this.finish(this.begin({ kind: 'get', key }));
      this.assertShielded(end, 'a read');
      return end?.kind === 'answered' ? end.answer : undefined;
    } catch (error) {
      if (error instanceof Broken) error.message += ` (${this.#rung})`;
      throw error;
    }
  }

  /** Begins a step to a neighbour. */
  beginStep(rung: Rung): Call {
    return this.beginCall(() => this.subject.transition(targetOf(rung)));
  }

  beginRollback(): Call {
    return this.beginCall(() => this.subject.rollback());
  }

  /** The subject may have moved; where it says that it is. */
  lookAround(): Rung {
    this.#rung = rungOf(this.subject.state);
    return this.#rung;
  }

  /**
   * Goes step by step.
   *
   * @throws Broken where a step is refused or does not end
   */
  async goTo(rung: Rung): Promise<void> {
    try {
      await this.tryTo(rung);
    } catch (error) {
      throw error instanceof Averted ? new Broken(error.message) : error;
    }
  }

  /**
   * As `goTo`, where a refusal is a good answer.
   *
   * @throws Averted where a step is refused
   */
  async tryTo(rung: Rung): Promise<void> {
    for (const step of wayFrom(this.#rung, rung)) {
      const end = await this.finish(this.beginStep(step));
      if (end === undefined) throw new Broken(`the step to ${step} did not end`);
      if (end.kind === 'failed') {
        throw new Averted(`the step to ${step} was refused: ${reasonOf(end.error)}`);
      }
      this.#rung = step;
    }
  }

  /** Time passes, and everything happens that becomes possible on the way. */
  async pass(ms: number): Promise<void> {
    await this.settle();
    let wait = FIRST_WAIT;
    for (let left = ms; left > 0; left -= wait) {
      wait = Math.min(2 * wait, LONGEST_WAIT, left);
      await this.#tick(wait);
    }
  }

  /** Everything happens that waits for nothing but promises. */
  async settle(): Promise<void> {
    // One turn of the event loop runs all promises to their end.
    await setImmediate();
  }

  /** Both caches work again, and nothing is held up. */
  async recover(): Promise<void> {
    for (const cache of [this.legacy, this.next]) {
      cache.heal();
      cache.open();
    }
    await this.settle();
  }

  async close(): Promise<void> {
    await this.recover();
    await this.finish(this.beginCall(() => this.subject.close()));
  }

  async #tick(ms: number): Promise<void> {
    this.#world.clock.advance(ms);
    await this.settle();
  }

  #send(operation: Exclude<Operation, { kind: 'get' }>): Promise<unknown> {
    switch (operation.kind) {
      case 'set':
        return this.subject.set(
          operation.key,
          operation.value,
          operation.ttl === undefined ? undefined : { ttl: operation.ttl },
        );
      case 'delete':
        return this.subject.delete(operation.key);
      case 'clear':
        return this.subject.clear();
    }
  }
}
