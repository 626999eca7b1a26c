import type { FleetRemote } from './fleet-remote.js';

const LIVE_100 = { stage: 'live', percentage: 100 } as const;

/**
 * Asks a fleet for what a flag of the environment says, once, when a process starts. Unset: nothing.
 * `true`: up the ladder to `live 100`, where nobody has asked for anything yet. `false`: a rollback,
 * from `complete` a cold one.
 *
 * @param by who is written down to have asked, as the name of the variable
 * @throws ControlError `CONTROL_STORE`
 */
export async function followFlag(
  remote: Pick<FleetRemote, 'rollback' | 'suggestTransition'>,
  flag: boolean | undefined,
  by: string,
): Promise<void> {
  if (flag === undefined) return;
  if (flag) await remote.suggestTransition(LIVE_100, { why: 'the flag is true', by });
  else await remote.rollback({ why: 'the flag is false', by }, { cold: true });
}
