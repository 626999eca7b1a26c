import { ControlError } from '../control-error.js';
import type { FleetClient } from './redis-script.js';

/** A client as the caller gives it. */
export type GivenClient = FleetClient & { readonly options?: object | undefined };

/**
 * What is called something on the server, with a tag that keeps all of it on one node of a cluster.
 *
 * @throws ControlError `INVALID_OPTION`
 */
export function namesOn(namespace: string, kind: 'fleet' | 'rollout'): (name: string) => string {
  if (!/^[\w.-]{1,100}$/.test(namespace)) {
    throw new ControlError(
      'INVALID_OPTION',
      `expected a namespace of letters, digits, ".", "_" and "-"; got ${JSON.stringify(namespace)}`,
    );
  }
  return (name) => `{${namespace}}:${kind}:${name}`;
}

/**
 * Refuses a client that says after an outage what it wanted to say before.
 *
 * @throws ControlError `INVALID_OPTION`
 */
export function refuseQueue(client: GivenClient): void {
  const { disableOfflineQueue } = (client.options ?? { disableOfflineQueue: true }) as {
    readonly disableOfflineQueue?: unknown;
  };
  if (disableOfflineQueue === true) return;
  throw new ControlError(
    'INVALID_OPTION',
    'expected a client made with disableOfflineQueue: true; got one that queues in an outage',
  );
}

const LONGEST_TIMEOUT = 1000;

/** Milliseconds after which a call to the control store fails, where nobody says how many. */
export function timeoutFor(lease: number): number {
  return Math.min(LONGEST_TIMEOUT, lease / 4);
}
