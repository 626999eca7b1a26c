import type { AuditRecord } from '../../audit/audit-log.js';
import { ControlError } from '../../control-error.js';
import type {
  OperatorEvent,
  RolloutOperator,
  RolloutReport,
} from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import { isBeyondHarbour } from '../../plan/rung.js';
import type { Wishes } from '../../sources/wish.js';
import type { FleetSubscriber } from '../fleet-channel.js';
import { FleetOperator } from './fleet-operator.js';
import { RecordFollower } from './record-follower.js';
import { RolloutReporter } from './rollout-reporter.js';
import { RolloutSeat, type RolloutSeatSettings } from './rollout-seat.js';

/** One process's part in the rollout of a fleet. Until it is started it is an operator, and nothing else. */
export interface OpenFleetRollout extends RolloutOperator {
  /** Whether this process drives the rollout, as far as it knows. */
  readonly isDriving: boolean;
  /** Reports what this process sees from now on, and drives where nobody else does. */
  start(): Promise<void>;
  /**
   * What the sources of this process say, for `StateSources`. What is to be taken back is read from legacy
   * at once; where the first that a process says is `false` in `complete`, it goes back to an emptied legacy.
   */
  wish(wishes: Wishes): Promise<void>;
  /** Leaves the rollout to the others. The connections stay open. */
  close(): Promise<void>;
}

/** What one process's part in a rollout is told. */
export interface FleetRolloutSettings extends RolloutSeatSettings {
  readonly subscriber: Pick<FleetSubscriber, 'subscribe' | 'unsubscribe'> | undefined;
  readonly drive: 'candidate' | 'never';
  readonly patience: number;
}

const SOURCES = 'sources';

/** One process's part in the rollout of a fleet: it reports, may drive, and is an operator. */
export class FleetRollout implements OpenFleetRollout {
  readonly #settings: FleetRolloutSettings;
  readonly #operator: FleetOperator;
  readonly #reporter: RolloutReporter;
  readonly #follower: RecordFollower;
  readonly #seat: RolloutSeat | undefined;
  #wishes: Wishes | undefined;

  constructor(settings: FleetRolloutSettings) {
    this.#settings = settings;
    this.#follower = new RecordFollower(settings.store, settings);
    this.#operator = new FleetOperator({ ...settings, follower: this.#follower });
    this.#reporter = new RolloutReporter(settings);
    this.#seat = settings.drive === 'candidate' ? new RolloutSeat(settings) : undefined;
    const { onError, store, subscriber } = settings;
    subscriber?.subscribe(store.wake, this.#wake).catch(onError);
  }

  get plan(): RolloutPlan {
    return this.#settings.plan;
  }

  get isDriving(): boolean {
    return this.#seat?.isDriving ?? false;
  }

  async start(): Promise<void> {
    await this.#reporter.start();
    await this.#seat?.start();
  }

  async wish(wishes: Wishes): Promise<void> {
    const before = this.#wishes;
    this.#wishes = wishes;
    const taken = Object.keys(this.#settings.components).filter(
      (name) => wishes[name] === false && before?.[name] !== false,
    );
    const isStart = before === undefined;
    await Promise.all(taken.map((name) => this.#takeBack(name, { isStart })));
    await this.#reporter.wish(wishes);
  }

  report(): Promise<RolloutReport> {
    return this.#operator.report();
  }

  handle(event: OperatorEvent, who: string): Promise<void> {
    return this.#operator.handle(event, who);
  }

  audit(): Promise<readonly AuditRecord[]> {
    return this.#operator.audit();
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    return this.#operator.follow(listener);
  }

  async close(): Promise<void> {
    const { store, subscriber } = this.#settings;
    this.#follower.stop();
    // Not awaited: on a connection that is gone it never ends.
    subscriber?.unsubscribe(store.wake, this.#wake).catch(() => undefined);
    await this.#seat?.stop();
    await this.#reporter.stop();
  }

  /** Reads from legacy at once; on the way down the driver takes the steps. */
  async #takeBack(name: string, { isStart }: { readonly isStart: boolean }): Promise<void> {
    const { remote } = this.#settings.components[name] ?? {};
    const why = 'a source says false';
    const status = await remote?.status();
    if (remote === undefined || status === undefined) return;
    if (status.state.stage !== 'complete') {
      // Back from complete, legacy was emptied: it is left to whoever drives when it is read as it is.
      if (!isBeyondHarbour(status.state) || status.target?.cold === true) return;
      await remote.rollback({ why, by: SOURCES });
    } else if (isStart) {
      const event = { kind: 'roll back', component: name, why, cold: true } as const;
      await this.handle(event, SOURCES).catch((error: unknown) => {
        // Another process that was started with the same flag has asked before.
        const isAskedAlready = error instanceof ControlError && error.code === 'REFUSED_EVENT';
        if (!isAskedAlready) throw error;
      });
    }
  }

  readonly #wake = (word: string): void => {
    if (word === 'record') this.#follower.wake();
    else this.#seat?.wake();
  };
}
