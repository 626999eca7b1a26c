import { STAGES, type MigrationTarget } from '@resync/cache-migration';
import { ControlError } from '../control-error.js';
import { asPercentage } from '../plan/rung.js';
import type { FleetRecord, FleetSnapshot, FleetTarget, Reason } from './fleet-record.js';
import type { FleetStore, Verdict } from './fleet-store.js';

/**
 * Asks a fleet to go somewhere, from any process, a member or not. What is asked for is kept in the
 * control store: whichever process controls the fleet takes it there step by step, also where the first
 * one joins later. Each call may fail with a `ControlError` `CONTROL_STORE`, and have happened nevertheless.
 */
export class FleetRemote {
  readonly #store: FleetStore;
  readonly #onState: (state: FleetRecord) => void;

  /** @param onState told each state that comes back, so that this process need not wait for the news */
  constructor(store: FleetStore, onState: (state: FleetRecord) => void = () => undefined) {
    this.#store = store;
    this.#onState = onState;
  }

  /** What the fleet is called on the server. */
  get namespace(): string {
    return this.#store.namespace;
  }

  /**
   * Where the fleet is to go, in place of what was asked for before. Resolves when that is known, not
   * when the fleet is there.
   *
   * @throws ControlError `ILLEGAL_TARGET` from `complete`, which only a cold rollback leaves
   */
  async requestTransition(target: MigrationTarget, reason: Reason): Promise<void> {
    this.#accept(await this.#store.aim(aimOf(target, reason), 'anything'));
  }

  /** The same for who only speaks where nobody else has. */
  async suggestTransition(target: MigrationTarget, reason: Reason): Promise<void> {
    this.#accept(await this.#store.aim(aimOf(target, reason), 'nothing'));
  }

  /**
   * The same for who asks again and again, from what `status` has said: nothing is done where somebody
   * else has asked for something since, as for a rollback.
   *
   * @param last `target` of that status
   * @returns whether it is the target now
   */
  async continueTransition(
    target: MigrationTarget,
    reason: Reason,
    last: FleetTarget | undefined,
  ): Promise<boolean> {
    const verdict = await this.#store.aim(aimOf(target, reason), last?.number ?? 0);
    this.#accept(verdict);
    return verdict.isOvertaken !== true;
  }

  /**
   * Takes the fleet back. From `live` and `rampdown` to `live 0`, which holds in this process when this
   * resolves, and was announced to the others in the same step; from `shadow` and `dualwrite` to `off`, step by step. From
   * `complete` only with `cold`: to `live 100` with an emptied legacy.
   *
   * @param options.after the target of a status: nothing is done where something was asked for since
   * @throws ControlError `ILLEGAL_TARGET` from `complete` without `cold`
   */
  async rollback(
    reason: Reason,
    options: { readonly cold?: true; readonly after?: FleetTarget | undefined } = {},
  ): Promise<void> {
    const after = 'after' in options ? (options.after?.number ?? 0) : 'anything';
    const how = options.cold === true ? 'cold' : 'warm';
    this.#accept(await this.#store.rollback(how, reason, after));
  }

  /** What the control store holds; in epoch 0 no process has joined a fleet of this name. */
  status(): Promise<FleetSnapshot> {
    return this.#store.snapshot();
  }

  #accept({ isRefused, state }: Verdict): void {
    this.#onState(state);
    if (!isRefused) return;
    throw new ControlError(
      'ILLEGAL_TARGET',
      'expected a cold rollback from complete, where legacy has not been written since; got one that ' +
        'would read it as it is. Ask with cold: true to go back to an emptied legacy',
    );
  }
}

/** @throws ControlError `INVALID_OPTION` */
function aimOf({ stage, percentage }: MigrationTarget, { why, by }: Reason): FleetTarget {
  if (!STAGES.includes(stage)) {
    throw new ControlError(
      'INVALID_OPTION',
      `expected a stage of ${STAGES.join(', ')}; got ${JSON.stringify(stage)}`,
    );
  }
  const implied = stage === 'rampdown' || stage === 'complete' ? 100 : 0;
  const isLive = stage === 'live';
  const asked = percentage ?? (isLive ? Number.NaN : implied);
  if (isLive ? asked >= 0 && asked <= 100 : asked === implied) {
    return { stage, percentage: asPercentage(asked), why, by };
  }
  throw new ControlError(
    'INVALID_OPTION',
    isLive
      ? `expected a percentage from 0 to 100 with the stage live; got ${percentage}`
      : `expected no percentage with the stage ${stage}; got ${percentage}`,
  );
}
