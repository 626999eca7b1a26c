import type { AuditRecord } from '../../audit/audit-log.js';
import type {
  OperatorEvent,
  RolloutOperator,
  RolloutReport,
} from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import type { Wishes } from '../../sources/wish.js';
import type { FleetSubscriber } from '../fleet-channel.js';
import { FleetOperator } from './fleet-operator.js';
import { RecordFollower } from './record-follower.js';
import { RolloutReporter } from './rollout-reporter.js';
import { RolloutSeat, type RolloutSeatSettings } from './rollout-seat.js';
import { TakeBacks } from './take-backs.js';

/** One process's part in the rollout of a fleet. Until it is started it is an operator, and nothing else. */
export interface OpenFleetRollout extends RolloutOperator {
  /** Whether this process drives the rollout, as far as it knows. */
  readonly isDriving: boolean;
  /**
   * Reports what this process sees from now on, and drives where nobody else does.
   *
   * @param wishes what the sources of this process say at its start. What is to be taken back is read from
   *   legacy at once; from `complete` it goes back to an emptied legacy. Default: there are no sources.
   */
  start(wishes?: Wishes): Promise<void>;
  /**
   * What they say later; before the start nothing comes of it. In `complete`, `false` is not heeded then.
   * Never rejects: what fails is told to `onError`, and tried again until the store answers.
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

/** One process's part in the rollout of a fleet: it reports, may drive, and is an operator. */
export class FleetRollout implements OpenFleetRollout {
  readonly #settings: FleetRolloutSettings;
  readonly #operator: FleetOperator;
  readonly #reporter: RolloutReporter;
  readonly #follower: RecordFollower;
  readonly #seat: RolloutSeat | undefined;
  readonly #takeBacks: TakeBacks;
  #isStarted = false;

  constructor(settings: FleetRolloutSettings) {
    this.#settings = settings;
    this.#follower = new RecordFollower(settings.store, settings);
    this.#operator = new FleetOperator({ ...settings, follower: this.#follower });
    this.#reporter = new RolloutReporter(settings);
    this.#seat = settings.drive === 'candidate' ? new RolloutSeat(settings) : undefined;
    this.#takeBacks = new TakeBacks({ ...settings, operator: this.#operator });
    const { onError, store, subscriber } = settings;
    subscriber?.subscribe(store.wake, this.#wake).catch(onError);
  }

  get plan(): RolloutPlan {
    return this.#settings.plan;
  }

  get isDriving(): boolean {
    return this.#seat?.isDriving ?? false;
  }

  async start(wishes?: Wishes): Promise<void> {
    this.#isStarted = true;
    // Before anything is waited for: what is said meanwhile is newer.
    const heeded = wishes === undefined ? undefined : this.#heed(wishes, 'start');
    await this.#reporter.start();
    await this.#seat?.start();
    await heeded;
  }

  async wish(wishes: Wishes): Promise<void> {
    if (this.#isStarted) await this.#heed(wishes, 'later');
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
    this.#isStarted = false;
    this.#follower.stop();
    this.#takeBacks.stop();
    // Not awaited: on a connection that is gone it never ends.
    subscriber?.unsubscribe(store.wake, this.#wake).catch(() => undefined);
    await this.#seat?.stop();
    await this.#reporter.stop();
  }

  /** Others hear of it whatever comes of the take-backs, and the take-backs wait for no report. */
  async #heed(wishes: Wishes, since: 'start' | 'later'): Promise<void> {
    await Promise.all([this.#reporter.wish(wishes), this.#takeBacks.heed(wishes, since)]);
  }

  readonly #wake = (word: string): void => {
    if (word === 'record') this.#follower.wake();
    else this.#seat?.wake();
  };
}
