import { CacheError } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import type { SideName, Stage, WarmUp } from '../../src/index.js';
import { Calls, type Fault, type PendingCall } from './calls.js';
import { History } from './history.js';
import { carryOut, describeOperation, type Operation } from './operation.js';
import { describeMove, type CreateRouter, type Move, type Router } from './router.js';
import { settled } from './settled.js';
import { SteppedCache } from './stepped-cache.js';

/** An operation that has not ended for its caller. */
export interface OpenOperation {
  readonly operation: Operation;
  /** Where the migration stood when it began. */
  readonly stage: Stage;
}

/**
 * A router over two caches, in which nothing happens by itself: somebody decides what is next, and
 * each thing that is decided resolves when everything has run that follows from it.
 */
export class World {
  readonly clock = new ManualClock(1_000_000);
  readonly history = new History();
  readonly calls: Calls;
  readonly sides: Readonly<Record<SideName, SteppedCache>>;
  readonly router: Router;
  readonly #open = new Set<OpenOperation>();
  readonly #trace: ((line: string) => void) | undefined;
  #moment = 0;
  #openMoves = 0;
  /** The last move was a rollback to the safe harbour. */
  #hasFled = false;
  #warmUp: WarmUp | undefined;
  #copied = 0;

  /** @param trace told of everything that happens, in order */
  constructor(create: CreateRouter, trace?: (line: string) => void) {
    this.#trace = trace;
    this.calls = new Calls(trace);
    this.sides = {
      legacy: new SteppedCache('legacy', this.calls, this.clock),
      next: new SteppedCache('next', this.calls, this.clock),
    };
    this.router = create({ ...this.sides, clock: this.clock });
  }

  /** How many things were decided. */
  get moment(): number {
    return this.#moment;
  }

  get open(): ReadonlySet<OpenOperation> {
    return this.#open;
  }

  /** Moves that have not ended. */
  get openMoves(): number {
    return this.#openMoves;
  }

  /** A client begins an operation; `onEnd` is called when it is over for the client. */
  begin(operation: Operation, onEnd?: () => void): Promise<void> {
    return this.#decide(() => {
      this.#trace?.(`${this.#moment} ${describeOperation(operation)}`);
      const open = { operation, stage: this.router.state.stage };
      this.#open.add(open);
      const end = (how: string): void => {
        this.#open.delete(open);
        this.#trace?.(`  ${describeOperation(operation)} ${how}`);
        onEnd?.();
      };
      carryOut(operation, this).then(
        () => end('has ended'),
        (error: unknown) => {
          this.#checkShielded(open, error);
          end(`has failed: ${String(error)}`);
        },
      );
    });
  }

  /** A call has its effect, or is answered. */
  step(call: PendingCall): Promise<void> {
    return this.#decide(() => this.calls.step(call));
  }

  /** A call goes wrong. */
  inflict(fault: Fault, call: PendingCall): Promise<void> {
    return this.#decide(() => this.calls.inflict(fault, call));
  }

  /** The operator does something; a return to the safe harbour must be over at once (I4). */
  async move(move: Move, onEnd?: () => void): Promise<void> {
    const { stage } = this.router.state;
    const progress = { isOver: false };
    this.#hasFled = false;
    await this.#decide(() => {
      this.#trace?.(`${this.#moment} ${describeMove(move)}`);
      this.#openMoves += 1;
      this.#send(move)
        .catch(ignoreRefusal)
        .finally(() => {
          this.#openMoves -= 1;
          progress.isOver = true;
          onEnd?.();
        });
    });
    const isFlight = move === 'rollback' && (stage === 'live' || stage === 'rampdown');
    if (isFlight && !(progress.isOver && this.#isInHarbour())) {
      this.history.report(`I4: the rollback from ${stage} was not at once`);
    }
    this.#hasFled = isFlight;
  }

  /** Entries that warm-ups have put into next. */
  get copied(): number {
    return this.#copied;
  }

  /** A warm-up begins, if it may, or something is done about the one that is there. */
  warm(change: 'start' | 'stop' | 'pause' | 'resume'): Promise<void> {
    return this.#decide(() => {
      this.#trace?.(`${this.#moment} warm-up: ${change} ${JSON.stringify(this.#warmUp?.progress)}`);
      if (change === 'start') this.#startWarmUp();
      else this.#warmUp?.[change]();
    });
  }

  #startWarmUp(): void {
    try {
      this.#warmUp = this.router.warmUp?.({ entriesPerSecond: 1000, concurrency: 2 });
    } catch (error) {
      ignoreRefusal(error);
      return;
    }
    void this.#warmUp?.finished.then(({ copied }) => {
      this.#copied += copied;
    });
  }

  advance(ms: number): Promise<void> {
    return this.#decide(() => {
      this.#trace?.(`${this.#moment} ${ms} ms pass`);
      this.clock.advance(ms);
    });
  }

  evict(side: SideName, key: string): Promise<void> {
    return this.#decide(() => {
      this.#trace?.(`${this.#moment} ${side} evicts ${key}`);
      this.sides[side].evict(key);
    });
  }

  #send(move: Move): Promise<void> {
    if (move === 'rollback') return this.router.rollback('a move');
    if (move === 'cold rollback') return this.router.rollback('a move', { cold: true });
    return this.router.transition(move);
  }

  async #decide(act: () => void): Promise<void> {
    this.#moment += 1;
    act();
    await settled();
    if (!this.#hasFled || this.#isInHarbour()) return;
    this.#hasFled = false;
    this.history.report('I4: a move from before the rollback has undone it');
  }

  #isInHarbour(): boolean {
    const { stage, percentage } = this.router.state;
    return stage === 'live' && percentage === 0;
  }

  /** I2: up to `live`, what next does is no error of the caller's. */
  #checkShielded({ operation, stage }: OpenOperation, error: unknown): void {
    if (stage === 'rampdown' || stage === 'complete' || isBlamed('legacy', error)) return;
    const words = describeOperation(operation);
    this.history.report(`I2: ${words}, begun in ${stage}, rejected with ${String(error)}`);
  }
}

/** Whether the side has a part in the error: its name is in every message of a call that went wrong. */
function isBlamed(side: SideName, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return error.message.includes(side) || parts.some((part) => isBlamed(side, part));
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof CacheError)) throw error;
}
